"""Where the product stands on the net: its public address, from the environment or from what the deployment wrote."""

from urllib.parse import urlsplit

from chalicelib import aws, settings

_read: dict[str, str] = {}  # by parameter; it never changes, so once read it is kept for good


class Unknown(Exception):
    """Nobody has said where we are, or the Parameter Store has not answered even once."""

    loggable = True


def base_url() -> str:
    """Public address of the staff pages, without a slash at the end: `https://…/api`."""
    return (settings.base_url() or _parameter(settings.base_url_parameter())).rstrip('/')


def base_path() -> str:
    """Path part of `base_url`: links within the site start with it and cookies are bound to it."""
    return urlsplit(base_url()).path


def forget() -> None:
    """Read it again at the next question: for tests."""
    _read.clear()


def _parameter(name: str) -> str:
    if name not in _read:
        try:
            _read[name] = str(aws.client('ssm').get_parameter(Name=name)['Parameter']['Value'])
        except Exception as error:
            kind = type(error).__name__
            raise Unknown(f'no address in WEILIN_BASE_URL, and {name} was not read: {kind}') from error
    return _read[name]
