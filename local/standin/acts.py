"""What a hand does on a phone page: every button posts here."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from local.standin import publications, samples, sounds
from local.standin.api import world
from local.standin.people import NotFollowing

acts = Blueprint('acts', __name__)


@acts.errorhandler(NotFollowing)
@acts.errorhandler(ValueError)
def impossible(error: Exception) -> tuple[str, int]:
    return ('请先关注' if isinstance(error, NotFollowing) else '填写有误'), 409


@acts.post('/phone/<person>/<account>/<act>')
def act(person: str, account: str, act: str) -> Response | tuple[str, int]:
    if act not in ACTS:
        return '没有这个动作', 404
    ACTS[act](person, account)
    return redirect(url_for('phones.chat', person=person, account=account), 303)


@acts.post('/publish')
def publish() -> Response:
    """What somebody does in an account's console; without the tick the event is lost."""
    form = request.form
    publications.publish(world(), form['account'], form.get('title', '').strip() or '社区通知', 'told' in form)
    return redirect('/', 303)


def _text(person: str, account: str) -> None:
    if text := request.form.get('text', '').replace('\r\n', '\n'):
        world().send_text(person, account, text)


def _choice(person: str, account: str) -> None:
    world().send_text(person, account, request.form['text'], request.form.get('id') or None)


def _photo(person: str, account: str) -> None:
    world().send_image(person, account, *samples.picture())


def _voice(person: str, account: str) -> None:
    world().send_voice(person, account, *sounds.voice())


def _file(person: str, account: str) -> None:
    """A photo, voice or video of one's own."""
    file = request.files.get('file')
    content = file.read() if file else b''
    if not file or not content:
        return
    if file.mimetype.startswith('video/'):
        world().send_video(person, account, content, file.mimetype)
    elif file.mimetype.startswith('image/'):
        world().send_image(person, account, content, file.mimetype)
    else:
        world().send_voice(person, account, content, 'speex' if (file.filename or '').endswith('.speex') else 'amr')


def _place(person: str, account: str) -> None:
    """The place chosen, or one that was typed as 「名称，纬度，经度」."""
    typed = request.form.get('typed', '').replace('，', ',').strip()
    if typed:
        label, latitude, longitude = typed.rsplit(',', 2)
    else:
        label, latitude, longitude = map(str, samples.PLACES[request.form.get('place', 0, int)])
    world().send_location(person, account, float(latitude), float(longitude), label)


def _link(person: str, account: str) -> None:
    world().send_link(person, account, request.form['title'], '', request.form['url'])


def _follow(person: str, account: str) -> None:
    world().follow(person, account)


def _unfollow(person: str, account: str) -> None:
    world().unfollow(person, account)


def _scan(person: str, account: str) -> None:
    scene = request.form.get('poster') or request.form.get('scene', '').strip()
    world().scan(person, account, scene or None)


def _click(person: str, account: str) -> None:
    world().click(person, account, request.form['key'])


def _view(person: str, account: str) -> None:
    world().view(person, account, request.form['key'])


def _menu_scan(person: str, account: str) -> None:
    """A menu button that opens the camera on some QR code."""
    result = {'ScanType': 'qrcode', 'ScanResult': request.form.get('result', 'https://example.org/')}
    fields = {'EventKey': request.form['key'], 'ScanCodeInfo': result}
    world().event(person, account, request.form.get('type', 'scancode_push'), fields)


def _agree(person: str, account: str) -> None:
    """On one of the account's pages; 'off' is what they do in their settings."""
    said, notification = request.form.get('said', 'accept'), request.form['notification']
    if said == 'off':
        world().refuse(person, account, notification)
    else:
        world().agree(person, account, notification, accept=said == 'accept')


ACTS: dict[str, Callable[[str, str], None]] = {
    'text': _text,
    'choice': _choice,
    'photo': _photo,
    'voice': _voice,
    'file': _file,
    'place': _place,
    'link': _link,
    'follow': _follow,
    'unfollow': _unfollow,
    'scan': _scan,
    'click': _click,
    'view': _view,
    'menu-scan': _menu_scan,
    'agree': _agree,
}
