"""Everything that is kept of one resident, from every table and the bucket, as it may be handed to her.

Colleagues stand in it as the chat names them too, by unit and surname: she has a right to know which office dealt with
her and who looked, and that answers it; a name in full is a colleague's own personal information. Everything else is
as it is stored.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.alliance.records import Alert, Member, Token, token_key
from chalicelib.bookings import records as bookings
from chalicelib.bookings.records import Booking, Contact
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.deadlines.records import Deadline
from chalicelib.desk.records import Draft
from chalicelib.inbox import objects
from chalicelib.inbox.objects import File
from chalicelib.inbox.records import Conversation, Message
from chalicelib.outreach.records import Subscription, Telling
from chalicelib.platform.records import AccountEvent
from chalicelib.privacy import rules
from chalicelib.privacy.records import Forgotten, Read
from chalicelib.residents import rules as resident_rules
from chalicelib.residents.records import Resident as Told
from chalicelib.storage import Record
from ops.residents import Resident

Row = dict[str, Any]

# What is not handed out, by table or table.attribute, and why. A test plants a value everywhere else and looks for it.
NOT_GIVEN: Mapping[str, str] = {
    'units': 'public offices: nothing of a resident',
    'accounts': 'the Official Accounts themselves: nothing of a resident',
    'account-activity': 'when an account last published and answered, and how many wait there: nothing of a resident',
    'changes': 'who changed what of units and staff: nothing of a resident',
    'services': 'what may be booked: nothing of a resident',
    'service-categories': 'what may be booked: nothing of a resident',
    'crews': 'who comes, and when they work: nothing of a resident',
    'passings': 'which company gave which booking away, by its number: nothing else of hers',
    'slots': "which crew is taken when, by numbers of bookings; hers stand in bookings",
    'counters': 'how many labels have been given: a number',
    'guest-links': 'which browser owns a link of an hour, as hashes, for a day: nothing of hers but a number',
    'targets': 'how staff are being called just now, for minutes; what it is about stands in alerts',
    'conversations.asked': 'which question is open for thirty minutes; its reference may sign a member in',
    'messages.by': "a colleague's id; unit and surname are given instead",
    'alerts.name': 'a key of the system; what is told stands beside it',
    'alerts.mark': 'a random mark of the system',
    'alerts.tried': 'names of channels',
    'alerts.others': "colleagues' ids",
    'deadlines.mark': 'a random mark of the system',
    'outreach.key': 'a key of the system',
    'outreach.told_by': "a colleague's id",
    'subscriptions.heard': 'keys of the system',
    'bookings.made_by': "may be a colleague's id",
    'bookings.steps': "what was done when stands in the dates; by whom may be a colleague's id",
    'bookings.clock_key': 'a key of the system',
    'bookings.joined': 'the number of whoever has come to it',
    'reads.key': "holds a colleague's id; the time stands in `at`",
    'reads.member': "a colleague's id; unit and surname are given instead",
    'reads.results': 'how much a colleague found in a search: such rows are of no resident',
    'tokens.key': 'may let whoever knows it take up the reply',
    'tokens.member': "a colleague's id",
    'tokens.form': 'lets a form be sent once',
    'tokens.photo': 'names a file, which is among the files if it was brought',
    'tokens.kind': 'the same for all',
    'tokens.wrong': 'how many wrong numbers of bookings were tried on a day: goes after two',
    'tokens.until': 'a choice in the form, not yet anybody\'s word',
    'tokens.until_typed': 'a choice in the form, not yet anybody\'s word',
    'tokens.state': 'proofs of signing in are not handed out',
    'tokens.secret_hash': 'proofs of signing in are not handed out',
    'tokens.browser': 'proofs of signing in are not handed out',
    'staff.sessions': 'proofs of signing in are not handed out',
    'staff.stand_in': "a colleague's id",
    'staff.openid': 'it is the number by which she is found, and stands at the head',
}  # fmt: skip
# Not in tables: what cannot be looked through, or goes by itself before anybody could hand it over.
NOT_LOOKED_THROUGH: Mapping[str, str] = {
    'queues': 'jobs in hand for minutes: ids only; a letter that came during an outage is closed and becomes a message',
    'dead letters': 'the same, put aside for at most 14 days: `python -m ops.dead_letters list`',
    'logs': 'hold no openid and no word of a resident',
    'backups': 'the same rows as they were, for at most 35 days; they cannot be read without restoring a table',
}


class Kept(NamedTuple):
    """Rows by table, each as its attributes, and the files in the bucket."""

    rows: Mapping[str, list[Row]]
    files: tuple[File, ...]

    @property
    def nothing(self) -> bool:
        return not self.files and not any(self.rows.values())


def of(resident: Resident) -> Kept:
    """Reads alerts, tokens and the account's events whole, and one eighth of the deadlines: for an operator."""
    id, hashed = resident.conversation, rules.hashed(resident.conversation)
    rows = {
        'conversations': _rows(Conversation.query(id, consistent_read=True)),
        'residents': _rows(Told.query(id, consistent_read=True)),
        'outreach': _rows(_tellings(id)),
        'subscriptions': _rows(Subscription.query(id, consistent_read=True)),
        'messages': _rows(Message.query(id, consistent_read=True)),
        'reads': _rows(Read.query(hashed)),
        'bookings': _rows(_bookings(id)),
        'booking-contacts': _rows(_contacts(id)),
        'deadlines': _rows(_deadlines(id)),
        'alerts': _rows(Alert.scan(Alert.about == id)),
        'tokens': [*_rows(_drafts(hashed)), *_rows(Token.query(token_key('chat', id)))],
        'staff': _rows(_member(resident)),
        'account-events': _rows(_events(resident)),
        'forgotten': _rows(Forgotten.query(hashed)),
    }
    files = tuple(file for way in ('in', 'out') for file in objects.under(way, id))
    return Kept({table: [_given(table, row) for row in found] for table, found in rows.items()}, files)


def _rows(found: Iterable[Record]) -> list[Row]:
    return [_plain(row.attribute_values) for row in found]


def _bookings(id: str) -> Iterable[Booking]:
    found = (bookings.booking(number) for number in bookings.all_of(id))
    return (one for one in found if one)


def _contacts(id: str) -> Iterable[Contact]:
    """Of what she has booked herself: what somebody else wrote down is theirs."""
    found = (bookings.contact(one.id) for one in _bookings(id) if one.conversation == id)
    return (one for one in found if one)


def _drafts(hashed: str) -> Iterable[Draft]:
    """Replies to her that colleagues have laid aside."""
    return Draft.scan((Draft.kind == 'draft') & (Draft.conversation == hashed))


def _tellings(id: str) -> Iterable[Telling]:
    found = (Telling.get(row.id, consistent_read=True) for row in Telling.by_conversation.query(id))
    return sorted(found, key=lambda row: row.made_at)


def _deadlines(id: str) -> Iterable[Deadline]:
    """Hers stand in one queue of eight; there they are told apart by the end of their keys."""
    return (row for row in Deadline.query(deadline_rules.shard(id)) if row.id == id)


def _member(resident: Resident) -> Iterable[Record]:
    """Where she is one of the staff as well."""
    return (one for one in Member.scan() if (one.account, one.openid) == (resident.account, resident.openid))


def _events(resident: Resident) -> Iterable[AccountEvent]:
    """What WeChat said about the account that names her."""
    for event in AccountEvent.query(resident.account):
        if resident.openid in f'{event.raw}{json.dumps(event.fields or {})}{event.key}{event.event}':
            yield event


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, 'attribute_values'):
        return _plain(value.attribute_values)
    return value


COLLEAGUES = {'by_name', 'member_name', 'moved_by'}


def _given(table: str, row: Row) -> Row:
    """The row without what is not handed out."""
    if table == 'messages' and row.get('kind') == 'private':
        row = {**row, 'answer': ''}  # it may hold a link that signs her in as one of the staff
    if table == 'residents':
        row = {name: _without_ids(value) for name, value in row.items()}
    kept = {name: value for name, value in row.items() if f'{table}.{name}' not in NOT_GIVEN}
    return {name: _by_surname(value) if name in COLLEAGUES else value for name, value in kept.items()}


def _without_ids(value: Any) -> Any:
    """A fact with who said it: she herself, or a colleague by surname."""
    if not isinstance(value, Mapping) or 'by' not in value:
        return value
    by = value['by'] if value['by'] == resident_rules.HERSELF else ''
    return {**value, 'by': by, 'by_name': _by_surname(value['by_name'])}


def _by_surname(name: str) -> str:
    return rules.by_surname(name) if name else ''
