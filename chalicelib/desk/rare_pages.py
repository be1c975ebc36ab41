"""Pages of what is done with a conversation besides answering: notes, hand-over, closing, remarks, our own lines."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, actions, answering, frame, rules, words
from chalicelib.desk.conversation_pages import CONFLICT, NOT_DONE, back_to, of_conversation, seen_conversation, show
from chalicelib.desk.routes import pages
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import forms, handing, replying
from chalicelib.inbox.changing import FormUsed, Refused
from chalicelib.inbox.turns import Overtaken
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


@gate.staff(pages)
@of_conversation
def note(admitted: Admitted, found: 'Conversation') -> Response:
    form, member = admitted.form, admitted.member

    def write() -> None:
        text = rules.short_enough(form.get('text', ''), rules.NOTE_LENGTH)
        inbox.note(found, member, text, form.get('form', ''), admitted.now)

    return _do(admitted, found, 'note', write) or back_to(found, 'note')


@gate.staff(pages)
@of_conversation
def all_units(admitted: Admitted, found: 'Conversation') -> Response:
    sheet = actions.sheet(admitted.member, found, admitted.now, near=False)
    return render.page('desk/hand_over.html', visitor=admitted, frame=frame.of(admitted), sheet=sheet)


@gate.staff(pages)
@of_conversation
def hand_over(admitted: Admitted, found: 'Conversation') -> Response:
    form, member = admitted.form, admitted.member

    def move() -> None:
        reason = rules.short_enough(form.get('reason', ''), rules.REASON_LENGTH)
        handing.hand_over(
            found, member, form.get('unit', ''), reason, answering.seen(form), form.get('form', ''), admitted.now
        )

    return _do(admitted, found, 'hand_over', move) or render.redirect('/desk?done=moved#main')


@gate.staff(pages)
@seen_conversation
def take(admitted: Admitted, found: 'Conversation') -> Response:
    form, member = admitted.form, admitted.member

    def accept() -> None:
        handing.take(found, member, answering.seen(form), form.get('form', ''), admitted.now)

    return _do(admitted, found, '', accept) or back_to(found, 'taken')


@gate.staff(pages)
@of_conversation
def decline(admitted: Admitted, found: 'Conversation') -> Response:
    form, member = admitted.form, admitted.member

    def give_back() -> None:
        reason = rules.short_enough(form.get('reason', ''), rules.REASON_LENGTH)
        whose, seen = form.get('unit', ''), answering.seen(form)
        handing.decline(found, member, whose, reason, seen, form.get('form', ''), admitted.now)

    return _do(admitted, found, 'decline', give_back) or render.redirect('/desk?done=declined#main')


@gate.staff(pages)
@of_conversation
def close(admitted: Admitted, found: 'Conversation') -> Response:
    form, member = admitted.form, admitted.member
    parts = (form.get('reason', ''), form.get('other', '').strip())

    def end() -> None:
        reason = rules.short_enough('，'.join(part for part in parts if part), rules.REASON_LENGTH)
        inbox.close(found, member, reason, answering.seen(form), form.get('form', ''), admitted.now)

    return _do(admitted, found, 'close', end) or back_to(found, 'closed')


@gate.staff(pages)
@of_conversation
def remark(admitted: Admitted, found: 'Conversation') -> Response:
    inbox.set_remark(found, admitted.form.get('remark', ''), admitted.now)
    return back_to(found, 'remark')


@gate.staff(pages)
@of_conversation
def about_sent(admitted: Admitted, found: 'Conversation', line: str) -> Response:
    """What a clerk does about one of our own lines: send it again, say that it still holds, take it back."""
    does = _ABOUT_SENT.get(admitted.form.get('do', ''))
    if does is None:
        return back_to(found, '')
    done: list[str] = []
    key = access.line_key(line)
    failed = _do(admitted, found, '', lambda: done.append(does(found, key, admitted)))
    return failed or back_to(found, done[0])


def _resend(found: 'Conversation', key: str, admitted: Admitted) -> str:
    return answering.outcome([replying.resend(found, key, admitted.member, admitted.now)], 'sent', admitted.now)


def _confirm(found: 'Conversation', key: str, admitted: Admitted) -> str:
    inbox.confirm_kept(found, key, admitted.now)
    return 'confirm'


def _withdraw(found: 'Conversation', key: str, admitted: Admitted) -> str:
    inbox.withdraw_kept(found, key, admitted.member, admitted.now)
    return 'withdraw'


def _settle(found: 'Conversation', key: str, admitted: Admitted) -> str:
    replying.settle(found, key, admitted.member, admitted.now)
    return 'settle'


_ABOUT_SENT = {'resend': _resend, 'settle': _settle, 'confirm': _confirm, 'withdraw': _withdraw}


def _do(admitted: Admitted, found: 'Conversation', opened: str, act: Callable[[], None]) -> Response | None:
    """Do one of the rarer things. Where it cannot be done: the page again, what was typed still in its place."""
    status = NOT_DONE
    try:
        act()
        return None
    except Overtaken as overtaken:
        at = rules.on_day(overtaken.at, admitted.now) if overtaken.at else ''
        trouble, status = words.OVERTAKEN.format(name=overtaken.name, time=at), CONFLICT
    except forms.Stale:
        trouble = words.STALE_FORM
    except FormUsed:
        trouble = words.USED_RARE_FORM
    except (Refused, rules.Unclear) as refused:
        trouble = str(refused)
    fresh = access.find(admitted.member, found.ref, admitted.now, reading=True)
    near = opened not in ('hand_over', 'decline')  # the unit that was chosen must be there again
    return show(admitted, fresh, status, near=near, trouble=trouble, opened=opened, typed=admitted.form)
