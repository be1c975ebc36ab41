"""Where the product stands: said by the environment, else read once from what the deployment wrote."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import address, aws, settings
from chalicelib.web import session
from tests.door import CLERK, Door

URL = 'https://abc.execute-api.cn-north-1.amazonaws.com.cn/api'


class Ssm:
    """Between the product and its parameters: counts the reads, and can be away."""

    def __init__(self, store: None) -> None:
        self.reads, self.away = 0, False
        aws.forget()
        aws.session().register('before-call.ssm.GetParameter', self._read)

    def _read(self, **_: Any) -> None:
        self.reads += 1
        if self.away:
            raise ConnectionError

    def keep(self, url: str) -> None:
        aws.client('ssm').put_parameter(Name=settings.base_url_parameter(), Value=url, Type='String', Overwrite=True)


@pytest.fixture
def ssm(store: None, environment: pytest.MonkeyPatch) -> Any:
    environment.delenv('WEILIN_BASE_URL')
    yield Ssm(store)
    aws.forget()


def test_what_the_environment_says_counts(ssm: Ssm, environment: pytest.MonkeyPatch) -> None:
    ssm.keep(URL)
    environment.setenv('WEILIN_BASE_URL', 'https://desk.example.cn/')
    assert (address.base_url(), address.base_path(), ssm.reads) == ('https://desk.example.cn', '', 0)


def test_else_it_is_read_once_and_kept_for_good(ssm: Ssm) -> None:
    ssm.keep(URL)
    assert (address.base_url(), address.base_path()) == (URL, '/api')
    ssm.away = True
    assert (address.base_url(), ssm.reads) == (URL, 1)


def test_a_first_failure_is_said_and_the_next_question_tries_again(ssm: Ssm) -> None:
    ssm.keep(URL)
    ssm.away = True
    with pytest.raises(address.Unknown, match='/weilin/test/base-url was not read: ConnectionError'):
        address.base_url()
    ssm.away = False
    assert address.base_url() == URL


def test_nowhere_is_an_error_that_names_both_places(ssm: Ssm) -> None:
    with pytest.raises(address.Unknown, match=r'WEILIN_BASE_URL.*/weilin/test/base-url.*ParameterNotFound'):
        address.base_url()


def test_on_a_developers_machine_nothing_is_asked(ssm: Ssm, environment: pytest.MonkeyPatch) -> None:
    environment.setenv('WEILIN_STAGE', 'local')
    assert (address.base_url(), ssm.reads) == ('http://127.0.0.1:8000', 0)


@pytest.mark.parametrize(
    'says',
    (
        lambda door: door.say('登录', openid=CLERK),
        lambda door: door.say('我的信息'),
        lambda door: door.client.http.get('/login').headers['Set-Cookie'][0],
        lambda door: session.cookie(session.BIG, '1', timedelta(days=1)),
    ),
)
def test_everybody_who_needs_it_gets_it(
    door: Door, environment: pytest.MonkeyPatch, says: Callable[[Door], str]
) -> None:
    environment.delenv('WEILIN_BASE_URL')
    aws.client('ssm').put_parameter(Name=settings.base_url_parameter(), Value=URL, Type='String')
    said = says(door)
    assert URL in said or 'Path=/api;' in said
