"""Pages of one conversation: seeing, answering, and what the rarer ones share."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, actions, answering, canned, frame, words
from chalicelib.desk.conversation_view import Reply
from chalicelib.desk.routes import pages
from chalicelib.desk.rules import Unclear
from chalicelib.inbox import forms
from chalicelib.inbox.changing import Gone, Refused
from chalicelib.inbox.turns import Overtaken
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation

CONFLICT, NOT_DONE = 409, 422


def of_conversation(view: Callable[..., Response]) -> Callable[..., Response]:
    """Put below `gate.staff`: the view gets the conversation of `ref`, if the member's units may act on it."""
    return _opened(view, reading=False)


def seen_conversation(view: Callable[..., Response]) -> Callable[..., Response]:
    """The same for whoever may read it: units above too."""
    return _opened(view, reading=True)


def _opened(view: Callable[..., Response], reading: bool) -> Callable[..., Response]:
    @wraps(view)
    def opened(admitted: Admitted, ref: str, **parts: str) -> Response:
        try:
            return view(admitted, access.find(admitted.member, ref, admitted.now, reading), **parts)
        except access.NotYours:
            return frame.not_yours(admitted)
        except Gone:
            return frame.not_found(admitted)

    return opened


def show(
    admitted: Admitted, found: 'Conversation', status: int = 200, *, reply: Reply | None = None, before: str = '',
    near: bool = True, **shown: Any,
) -> Response:  # fmt: skip
    """The page of a conversation. After a form it stands at the form's address, which nobody can open again."""
    access.log_read(admitted.member, found, admitted.now)
    sheet = actions.sheet(admitted.member, found, admitted.now, reply, before, near)
    visitor = admitted._replace(path=sheet.path) if admitted.form else admitted
    around = frame.of(visitor, access.own_unit(admitted.member, found, admitted.now))
    return render.page(
        'desk/conversation.html', status, visitor=visitor, frame=around, sheet=sheet._replace(**shown),
        canned=canned.groups(),
    )  # fmt: skip


def back_to(found: 'Conversation', done: str) -> Response:
    return render.redirect(f'/desk/c/{found.ref}?done={done}#main')


@gate.staff(pages)
@seen_conversation
def conversation(admitted: Admitted, found: 'Conversation') -> Response:
    query = admitted.query
    try:
        reply = answering.taken_up(admitted.member, found, query, admitted.now)
    except answering.PhotoNotTaken as reason:
        return show(admitted, found, NOT_DONE, reply=reason.reply, trouble=reason.words)
    done = 'photo' if reply and reply.photo else query.get('done', '')
    return show(
        admitted,
        found,
        reply=reply,
        before=query.get('before', ''),
        done=words.done(done),
        done_badly=done in words.BADLY,
    )


@gate.staff(pages)
@of_conversation
def reply(admitted: Admitted, found: 'Conversation') -> Response:
    written = answering.from_form(admitted.form)
    try:
        return back_to(found, answering.send(admitted.member, found, written, admitted.now))
    except (Overtaken, Refused, Unclear, forms.Stale, answering.UsedForm) as reason:
        return _not_sent(admitted, access.find(admitted.member, found.ref, admitted.now), written, reason)


def _not_sent(admitted: Admitted, fresh: 'Conversation', written: Reply, reason: Exception) -> Response:
    """The page again, with what was typed and why it did not go out."""
    if isinstance(reason, Refused | Unclear):
        return show(admitted, fresh, NOT_DONE, reply=written, trouble=str(reason))
    new = actions.new_reply(fresh, admitted.now)  # a form that has seen what the page shows now
    again = written._replace(form=new.form, seen=new.seen)
    if isinstance(reason, Overtaken):
        said = answering.overtaken(fresh, reason.name, reason.at, admitted.now)
        return show(admitted, fresh, CONFLICT, reply=again, overtaken=said)
    trouble = words.STALE_FORM if isinstance(reason, forms.Stale) else words.USED_FORM
    return show(admitted, fresh, NOT_DONE, reply=again, trouble=trouble)


@gate.staff(pages)
@of_conversation
def put_canned(admitted: Admitted, found: 'Conversation') -> Response:
    written = answering.from_form(admitted.form)
    text = canned.put_into(written.text, admitted.form.get('canned', ''))
    return show(admitted, found, reply=written._replace(text=text))


@gate.staff(pages)
@of_conversation
def go_for_photo(admitted: Admitted, found: 'Conversation') -> Response:
    written = answering.from_form(admitted.form)
    try:
        token = answering.lay_aside(admitted.member, found, written, admitted.now)
    except Unclear as reason:
        return show(admitted, found, NOT_DONE, reply=written, trouble=str(reason))
    return render.redirect(f'/desk/c/{found.ref}/photo?draft={token}')


@gate.staff(pages)
@of_conversation
def photo_form(admitted: Admitted, found: 'Conversation') -> Response:
    """A form that goes straight to the bucket, which sends the browser back to the conversation."""
    token = admitted.query.get('draft', '')
    laid = answering.laid_aside(admitted.member, found, token, admitted.now)
    if laid is None:
        return render.redirect(f'/desk/c/{found.ref}')
    return render.page(
        'desk/photo.html', visitor=admitted, frame=frame.of(admitted), who=found.label,
        upload=answering.upload(found, laid.photo, token), back=f'/desk/c/{found.ref}?draft={token}',
    )  # fmt: skip


@gate.staff(pages)
@of_conversation
def uploaded_photo(admitted: Admitted, found: 'Conversation', photo: str) -> Response:
    return render.send_to(answering.photo_link(found, photo))


@gate.staff(pages)
@of_conversation
def drop_photo(admitted: Admitted, found: 'Conversation') -> Response:
    return show(admitted, found, reply=answering.from_form(admitted.form)._replace(photo=''))
