"""The phones in the browser: whom to be, which account to write to, the chat, the clock and the faults."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib import clock
from local.standin import oauth, samples, sounds, spoken
from local.standin.api import world

STEPS = {
    '1m': ('1 分', timedelta(minutes=1)),
    '10m': ('10 分', timedelta(minutes=10)),
    '1h': ('1 时', timedelta(hours=1)),
    '4h': ('4 时', timedelta(hours=4)),
    '1d': ('1 天', timedelta(days=1)),
    '47h': ('47 时', timedelta(hours=47)),
}
SEND = '/cgi-bin/message/custom/send'
SEND_FAULTS = (-1, 40001, 45015, 45047, 45009, 48001)

pages = Blueprint('phones', __name__, static_folder='static', template_folder='templates')
pages.add_app_template_filter(spoken.rich, 'rich')
pages.add_app_template_filter(spoken.linked, 'linked')


@pages.app_template_filter()
def shown_at(at: Any) -> str:
    return clock.spoken_time(at, world().now())


@pages.app_errorhandler(KeyError)
def unknown(error: Exception) -> tuple[str, int]:
    return '没有这个人或公众号', 404


@pages.get('/')
def overview() -> str:
    return draw('overview')


@pages.get('/phone/<person>')
def phone(person: str) -> str:
    return draw('accounts', person)


@pages.get('/phone/<person>/scan')
def scan(person: str) -> str:
    return draw('scan', person, tickets=list(world().state.tickets.values()))


@pages.get('/phone/<person>/<account>')
def chat(person: str, account: str) -> Response:
    """What is opened from here, is opened by this person's phone: see oauth."""
    answer = Response(draw('chat', person, account, lines=world().chat(person, account)))
    answer.set_cookie(oauth.COOKIE, person, httponly=True, samesite='Lax')
    return answer


@pages.get('/phone/<person>/<account>/lines')
def lines(person: str, account: str) -> Response:
    """What is new since `after`, and what else on the page may have changed."""
    after = request.args.get('after', 0, int)
    with world().lock:
        found, state = world().chat(person, account), world().chat_state(person, account)
        menu = world().state.accounts[account].menu
    new = [line for line in found if line.number > after]
    return jsonify(
        html=render_template('lines.html', lines=new, playable=sounds.can_play()),
        last=found[-1].number if found else 0,
        clock=clock_words(),
        allowance=spoken.allowance(state.grants, world().now()),
        shape=spoken.shape(state.following, menu),
    )


@pages.post('/clock')
def move() -> Answer:
    world().move(STEPS[request.form['by']][1])
    return redirect(request.referrer or '/')


@pages.post('/schedules')
def run_schedules() -> Answer:
    if run := world().run_schedules:
        run()
    return redirect(request.referrer or '/')


@pages.post('/faults')
def faults() -> Answer:
    form, now = request.form, world().faults
    now.api_down, now.lose_answers = 'api_down' in form, 'lose_answers' in form
    now.snapshot = 'snapshot' in form
    now.store_down, now.queue_down = 'store_down' in form, 'queue_down' in form
    now.kill_in, now.kill_after = form.get('kill_in', ''), form.get('kill_after') == '1'
    now.kill_at = max(1, form.get('kill_at', 1, int))
    now.busy_share = form.get('busy_share', 0, int) / 100
    now.lose_callback_share = form.get('lose_callback_share', 0, int) / 100
    now.slow_seconds = form.get('slow_seconds', 0.0, float)
    code = form.get('send_fault', 0, int)
    now.always = {path: error for path, error in now.always.items() if path != SEND} | ({SEND: code} if code else {})
    return redirect(request.referrer or '/')


@pages.get('/sound/<media_id>')
def sound(media_id: str) -> Response:
    content = world().shelf.content(media_id)
    return Response(sounds.wav(content), content_type='audio/wav') if content else Response('', 404)


@pages.get('/poster')
def poster() -> Answer:
    """A parametric QR code's address leads to the posters, to be scanned by somebody."""
    people = list(world().state.people)
    return redirect(url_for('phones.scan', person=people[0]) if people else '/')


def clock_words() -> str:
    local = clock.beijing(world().now())
    return f'{local.month}月{local.day}日 周{clock.WEEKDAYS[local.weekday()]} {local:%H:%M}'


def draw(name: str, person: str = '', account: str = '', **more: Any) -> str:
    """A page with the lists beside it that a wide screen has room for."""
    with world().lock:
        state = world().state
        if (person and person not in state.people) or (account and account not in state.accounts):
            abort(404)
        followed, others = _accounts(person)
        chat_state = world().chat_state(person, account) if account else None
        all_accounts = dict(state.accounts)
    return render_template(
        f'{name}.html', name=name, people=list(state.people.values()), followed=followed, others=others,
        person=state.people.get(person), account=state.accounts.get(account), chat=chat_state, clock=clock_words(),
        allowance=spoken.allowance(chat_state.grants, world().now()) if chat_state else '', steps=STEPS,
        shape=spoken.shape(chat_state.following, state.accounts[account].menu) if chat_state else '',
        faults=world().faults, send=SEND, send_faults=SEND_FAULTS, places=samples.PLACES, playable=sounds.can_play(),
        plain=spoken.plain, all_accounts=all_accounts, robots=dict(state.robots), sms=state.sms,
        runs=world().run_schedules is not None, **more,
    )  # fmt: skip


def _accounts(person: str) -> tuple[list[Any], list[Any]]:
    """(account, its last line) of those the person follows, newest first; and the other accounts."""
    followed, others = [], []
    for account in world().state.accounts.values() if person else ():
        state = world().state.chats.get(f'{person}@{account.id}')
        if state and state.following:
            followed.append((account, state.lines[-1] if state.lines else None))
        else:
            others.append(account)
    followed.sort(key=lambda pair: pair[1].at.timestamp() if pair[1] else 0, reverse=True)
    return followed, others
