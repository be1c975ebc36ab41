"""Credentials come whole or not at all, and never show their values."""

import json

import pytest

from chalicelib.wechat.credentials import Credentials, parse

WHOLE = {'app_id': 'wx01', 'secret': 'hidden-secret', 'token': 'hidden-token', 'aes_key': 'k' * 43}


def test_both_keys_are_read_the_present_one_first() -> None:
    assert parse(json.dumps(WHOLE)) == Credentials('wx01', 'hidden-secret', 'hidden-token', 'k' * 43, None)
    rotated = parse(json.dumps(WHOLE | {'previous_aes_key': 'p' * 43}))
    assert rotated.aes_keys == ('k' * 43, 'p' * 43)


@pytest.mark.parametrize('name', WHOLE)
@pytest.mark.parametrize('value', (None, '', 7, ['hidden']))
def test_missing_field_is_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f'^{name} is missing$'):
        parse(json.dumps(WHOLE | {name: value}))


@pytest.mark.parametrize('name', ('aes_key', 'previous_aes_key'))
@pytest.mark.parametrize('value', ('hidden' * 7, 'h' * 44, '密' * 43))
def test_unfit_key_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f'^{name} is not an EncodingAESKey of 43 characters$'):
        parse(json.dumps(WHOLE | {name: value}))


@pytest.mark.parametrize('text', ('', '{"secret": "hidden', '["hidden"]', '"hidden"'))
def test_what_is_not_an_object_is_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match=r'^the credentials are not') as caught:
        parse(text)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_printing_shows_only_the_app_id() -> None:
    printed = repr(parse(json.dumps(WHOLE | {'previous_aes_key': 'p' * 43})))
    assert printed == "Credentials(app_id='wx01')"
