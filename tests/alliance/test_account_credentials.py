"""Credentials come from the Parameter Store, are kept five minutes, and outlive its failures."""

import json
import logging
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib import aws, settings
from chalicelib.alliance import credentials

ACCOUNT = '370202007005'
SECRETS = {'app_id': 'wx0123456789abcdef', 'secret': 's' * 32, 'token': 'tokenoftheirs', 'aes_key': 'k' * 43}


def put(**changes):
    aws.client('ssm').put_parameter(
        Name=settings.account_parameter(ACCOUNT), Value=json.dumps({**SECRETS, **changes}), Type='SecureString',
        Overwrite=True,
    )  # fmt: skip


@pytest.fixture
def seconds(store, monkeypatch):
    """The monotonic clock, to be moved."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(credentials, 'time', SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_they_are_read_decrypted(seconds):
    put()
    found = credentials.credentials(ACCOUNT)
    assert (found.app_id, found.secret, found.previous_aes_key) == (SECRETS['app_id'], SECRETS['secret'], None)


def test_they_are_kept_five_minutes(seconds):
    put()
    credentials.credentials(ACCOUNT)
    put(secret='new')
    seconds.now += 299
    assert credentials.credentials(ACCOUNT).secret == SECRETS['secret']
    seconds.now += 1
    assert credentials.credentials(ACCOUNT).secret == 'new'


@pytest.mark.parametrize('value', (None, '{"app_id": "wx"}', 'not json'))
def test_while_the_parameter_store_fails_the_old_ones_serve(seconds, value, caplog):
    put()
    credentials.credentials(ACCOUNT)
    if value is None:
        aws.client('ssm').delete_parameter(Name=settings.account_parameter(ACCOUNT))
    else:
        aws.client('ssm').put_parameter(
            Name=settings.account_parameter(ACCOUNT), Value=value, Type='SecureString', Overwrite=True
        )
    seconds.now += 300
    with caplog.at_level(logging.WARNING, 'weilin'):
        assert credentials.credentials(ACCOUNT).secret == SECRETS['secret']
    assert 'kept=credentials' in caplog.text
    put(secret='mended')
    seconds.now += 60
    assert credentials.credentials(ACCOUNT).secret == 'mended'


@pytest.mark.parametrize('value', (None, '{"app_id": "wx"}'))
def test_what_was_never_had_is_unknown(seconds, value):
    if value:
        aws.client('ssm').put_parameter(Name=settings.account_parameter(ACCOUNT), Value=value, Type='SecureString')
    with pytest.raises(credentials.Unknown):
        credentials.credentials(ACCOUNT)


def test_each_account_has_its_own(seconds):
    put()
    aws.client('ssm').put_parameter(
        Name=settings.account_parameter('weishinan'), Value=json.dumps({**SECRETS, 'app_id': 'wxother'}),
        Type='SecureString',
    )  # fmt: skip
    assert credentials.credentials(ACCOUNT).app_id == SECRETS['app_id']
    assert credentials.credentials('weishinan').app_id == 'wxother'


class Throttled:
    """The Parameter Store refuses every call, as it does above forty a second; botocore's own tries included."""

    def __init__(self):
        self.calls = 0

    def __call__(self, request, **_):
        self.calls += 1
        answer = json.dumps({'__type': 'ThrottlingException', 'message': 'Rate exceeded'}).encode()
        raw = SimpleNamespace(stream=lambda *_, **__: iter([answer]))
        return AWSResponse(request.url, 400, {'x-amzn-RequestId': 'r'}, raw)


def test_under_throttling_the_old_ones_serve_and_the_store_is_left_alone(seconds, monkeypatch):
    put()
    credentials.credentials(ACCOUNT)
    throttled = Throttled()
    aws.session().get_component('event_emitter').register_first('before-send.ssm.GetParameter', throttled)
    aws._clients.clear()  # what is made from here on listens
    monkeypatch.setattr('botocore.retries.standard.ExponentialBackoff.delay_amount', lambda *_: 0)
    seconds.now += 300
    for _ in range(50):
        assert credentials.credentials(ACCOUNT).secret == SECRETS['secret']
    assert throttled.calls == 2
    seconds.now += 5
    credentials.credentials(ACCOUNT)
    assert throttled.calls == 4
    aws.forget()
    seconds.now += 5
    put(secret='new')
    assert credentials.credentials(ACCOUNT).secret == 'new'


def test_under_throttling_what_was_never_had_is_unknown_and_another_account_is_not_touched(seconds):
    put()
    credentials.credentials(ACCOUNT)
    aws.session().get_component('event_emitter').register_first('before-send.ssm.GetParameter', Throttled())
    aws._clients.clear()  # what is made from here on listens
    with pytest.raises(credentials.Unknown):
        credentials.credentials('370202007000')
    assert credentials.credentials(ACCOUNT).secret == SECRETS['secret']
    aws.forget()
