"""Members, browsers and an app with only the doors of the staff pages."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.util import find_spec, module_from_spec
from types import ModuleType

import pytest
from chalice import Blueprint, Chalice, NotFoundError, Response
from chalice.test import Client

from chalicelib import clock, settings
from chalicelib.alliance import channels, gate, signin
from chalicelib.alliance.alerts import WAYS
from chalicelib.alliance.records import Account, Member, Unit
from chalicelib.storage import commit
from ops import resources
from tests.alliance import called

ACCOUNT, OPENID = '370202007005', 'oWangMin'


@pytest.fixture
def hire(store: None, now: datetime) -> Callable[..., Member]:
    """A member who came the only way there is: invited, accepted."""

    def hire(name: str = '王敏', units: tuple[str, ...] = (ACCOUNT,), openid: str = OPENID) -> Member:
        member, code = signin.invite(name, units, ('clerk',), now)
        invitation = signin.find_invitation(code, now)
        commit(signin.accept(invitation, ACCOUNT, openid, now))
        return Member.get(member.id)

    return hire


@pytest.fixture
def wang(hire: Callable[..., Member]) -> Member:
    return hire()


@pytest.fixture
def sign_in(store: None) -> Callable[[Member, datetime], str]:
    """The session cookie of a member who sent a code and confirmed it."""

    def sign_in(member: Member, at: datetime) -> str:
        pending = signin.ask('Windows 电脑上的 Chrome', at)
        commit(signin.confirm(pending.code, member, at))
        cookie = signin.enter(pending.cookie, at)
        assert cookie
        return cookie

    return sign_in


@pytest.fixture
def neighbourhood(store: None) -> None:
    Unit('370202007000', name='江苏路街道', kind='street').save()
    Unit(ACCOUNT, name='仙游路社区', kind='community', parent='370202007000').save()
    Account(ACCOUNT, name='仙游路社区', kind='subscription', verified=True, unit=ACCOUNT).save()


class Browser:
    """A browser: keeps cookies between requests, follows nothing by itself."""

    def __init__(self, client: Client, agent: str = '') -> None:
        self.cookies: dict[str, str] = {}
        self._client, self._agent = client, agent

    def get(self, path: str) -> 'Page':
        return self._ask('GET', path, {}, b'')

    def post(self, path: str, form: bytes = b'') -> 'Page':
        return self._ask('POST', path, {'Content-Type': 'application/x-www-form-urlencoded'}, form)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> 'Page':
        jar = '; '.join(f'{name}={value}' for name, value in self.cookies.items())
        headers = {**headers, 'User-Agent': self._agent, **({'Cookie': jar} if jar else {})}
        answer = self._client.http.request(method, path, headers=headers, body=body)
        for line in answer.headers.get('Set-Cookie', []):
            name, _, value = line.partition(';')[0].partition('=')
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        return Page(answer.status_code, answer.headers, answer.body.decode())


class Page:
    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        self.status, self.headers, self.text = status, headers, text

    @property
    def location(self) -> str:
        return self.headers['Location']


@pytest.fixture(scope='session')
def ways() -> ModuleType:
    """A copy of the routes: Chalice registers a blueprint only once in a process, and the real app has the real one."""
    return copy('chalicelib.alliance.routes')


@pytest.fixture(scope='session')
def pages(ways: ModuleType) -> ModuleType:
    """A copy of the pages that stand behind those routes, and read their requests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, ways.__name__, ways)
        return copy('chalicelib.alliance.pages')


def copy(name: str) -> ModuleType:
    spec = find_spec(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope='session')
def all_doors(ways: ModuleType) -> Chalice:
    """The doors, and behind them a room with one list, one form and one broken view."""
    app = Chalice('doors')
    app.register_blueprint(ways.pages)
    app.register_blueprint(room)
    return app


@pytest.fixture
def doors(all_doors: Chalice, pages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Chalice:
    """Their routes find the copied pages by name, in this test only."""
    monkeypatch.setitem(sys.modules, pages.__name__, pages)
    return all_doors


@pytest.fixture
def client(store: None, doors: Chalice, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[Client]:
    monkeypatch.setattr(clock, 'now', lambda: now)
    with Client(doors) as client:
        yield client


room = Blueprint('room')
FORM = ['application/x-www-form-urlencoded']


@room.route('/desk/{unit}', methods=['GET'])
@gate.staff(room)
def a_list(admitted: gate.Admitted, unit: str) -> Response:
    return Response(f'{admitted.member.name} {unit} {admitted.path} {admitted.csrf}')


@room.route('/desk/{unit}', methods=['POST'], content_types=FORM)
@gate.staff(room)
def a_form(admitted: gate.Admitted, unit: str) -> Response:
    return Response(f'sent: {admitted.form["text"]}')


@room.route('/broken', methods=['POST'], content_types=FORM)
@gate.staff(room)
def a_broken_view(admitted: gate.Admitted) -> Response:
    raise RuntimeError('the store is away')


@room.route('/missing', methods=['GET'])
@gate.staff(room)
def a_missing_page(admitted: gate.Admitted) -> Response:
    raise NotFoundError


@pytest.fixture
def open_browser(client: Client) -> Callable[..., Browser]:
    return lambda agent='': Browser(client, agent)


@pytest.fixture
def staff(store: None, monkeypatch: pytest.MonkeyPatch) -> called.Staff:
    Unit(called.HOME, name='仙游路社区', kind='community', parent=called.STREET, duty='1-5 18:00-22:30 wangmin').save()
    Unit(called.STREET, name='金门路街道', kind='street').save()
    Account(called.ACCOUNT, name='仙游路社区', kind='subscription', verified=True, unit=called.HOME).save()
    called.hire('wangmin', 'clerk', mobile='13800000001')
    called.hire('liqiang', 'clerk', 'lead')
    called.hire('operator', 'operator')
    called.hire('zhaoyuan', 'lead', unit=called.STREET)
    staff = called.Staff()
    monkeypatch.setattr(channels, 'send', staff.send)
    monkeypatch.setattr(WAYS, 'by_chat', lambda *told: None)
    monkeypatch.setattr(
        WAYS, 'chat_open_until', lambda member, now: staff.chats.get(member.id, now + 60 * called.MINUTE)
    )
    monkeypatch.setattr(WAYS, 'still_open', lambda about, level: about not in staff.closed)
    return staff


@pytest.fixture
def robot(staff: called.Staff) -> called.Staff:
    resources.put_secret(settings.robot_parameter(called.HOME), 'the-key')
    return staff
