"""The only place that turns templates into answers: Jinja2 on first use, the same security headers on every page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib import address, clock, settings

if TYPE_CHECKING:
    from jinja2 import Environment

_ROOMS = Path(__file__).parent.parent
_STATIC = Path(__file__).parent / 'static'
# What the site has of its own, in web/static. Pictures are line drawings of ours in one colour.
PICTURES = ('service-care', 'service-class', 'service-cleaning', 'service-errand', 'service-repair')
STYLES = ('style.css', 'booking.css', 'jobs.css', 'services.css')
STATIC_TYPES = dict.fromkeys(STYLES, 'text/css; charset=utf-8') | {f'{name}.svg': 'image/svg+xml' for name in PICTURES}


class Visitor(Protocol):
    """What every page of a signed-in person needs: the gate's `Admitted` has it."""

    @property
    def csrf(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def big(self) -> bool: ...


def page(
    template: str, status: int = 200, *, visitor: Visitor | None = None, cookies: Sequence[str] = (), **context: Any
) -> Response:
    """A page from `room/file.html`. `visitor` brings the header's 大字 and 退出; before sign-in pass `big=`."""
    context.setdefault('big', bool(visitor and visitor.big))
    body = _environment().get_template(template).render(visitor=visitor, **context)
    return Response(body, _headers(cookies), status)


def error(
    status: int, title: str, happened: str, *, kept: str = '', next_step: str = '', typed: Sequence[str] = (),
    back: tuple[str, str] | None = None, visitor: Visitor | None = None, big: bool = False,
    cookies: Sequence[str] = (),
) -> Response:  # fmt: skip
    """What happened, what was kept, what to do next.

    `typed` is shown again so that nobody writes twice; `back` is a path of ours and the words of its button.
    """
    return page(
        'web/error.html', status, visitor=visitor, big=big or bool(visitor and visitor.big), title=title,
        happened=happened, kept=kept, next_step=next_step, typed=[text for text in typed if text], back=back,
        cookies=cookies,
    )  # fmt: skip


def redirect(path: str, status: int = 303, cookies: Sequence[str] = ()) -> Response:
    """To a path of this site: '/desk'."""
    return Response('', {**_headers(cookies), 'Location': url(path)}, status)


def send_to(place: str, cookies: Sequence[str] = ()) -> Response:
    """To an address outside this site that must not be kept: a presigned link, WeChat's page."""
    return Response('', {**_headers(cookies), 'Location': place}, 302)


def static(name: str) -> Response:
    """A file of the site's own. Its address changes with its contents, so that it can be kept for a year."""
    headers: dict[str, Any] = {
        'Content-Type': STATIC_TYPES[name],
        'Cache-Control': 'public, max-age=31536000, immutable',
        'X-Content-Type-Options': 'nosniff',
    }
    return Response(_static_text(name), headers)


def plain(text: str, status: int = 200) -> Response:
    headers: dict[str, Any] = {'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff'}
    return Response(text, headers, status)


def calendar(text: str, name: str) -> Response:
    """A calendar file, kept by nobody on the way; `name` is ASCII."""
    headers: dict[str, Any] = {
        'Content-Type': 'text/calendar; charset=utf-8',
        'Content-Disposition': f'attachment; filename="{name}"',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
    }
    return Response(text, headers)


def url(path: str) -> str:
    """A path of this site as the browser must ask for it, stage prefix included."""
    return address.base_path() + path


def static_url(name: str) -> str:
    return url(f'/static/{name}?v={sha256(_static_text(name).encode()).hexdigest()[:8]}')


def media_origin() -> str:
    """Where browsers fetch and leave pictures and voice: the bucket's own address."""
    endpoint = settings.aws_endpoint()
    if endpoint:
        return '{0.scheme}://{0.netloc}'.format(urlsplit(endpoint))
    china = '.cn' if settings.region().startswith('cn-') else ''
    return f'https://{settings.media_bucket()}.s3.{settings.region()}.amazonaws.com{china}'


def _headers(cookies: Sequence[str]) -> dict[str, Any]:
    media = media_origin()
    headers: dict[str, Any] = {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': (
            f"default-src 'none'; style-src 'self'; img-src 'self' data: {media}; media-src 'self' {media}; "
            f"form-action 'self' {media}; frame-ancestors 'none'; base-uri 'none'"
        ),
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Referrer-Policy': 'same-origin',
    }
    if cookies:
        headers['Set-Cookie'] = list(cookies)
    return headers


@lru_cache
def _static_text(name: str) -> str:
    return (_STATIC / name).read_text('utf-8')


@lru_cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined  # 57 ms the callback must not pay

    rooms = {room.parent.name: FileSystemLoader(room) for room in _ROOMS.glob('*/templates')}
    environment = Environment(
        loader=PrefixLoader(rooms), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(url=url, static=static_url)
    environment.filters.update(
        spoken_time=clock.spoken_time,
        spoken_span=clock.spoken_span,
        date_time=clock.spoken_date_time,
        clock_time=lambda at: f'{clock.beijing(at):%H:%M}',
    )
    return environment
