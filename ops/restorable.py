"""Which tables can be restored from a backup, how far, and which never: data."""

from collections.abc import Mapping
from typing import NamedTuple


class Table(NamedTuple):
    """`written`: the moments that say when a row was last written; a row written after the moment is never overwritten.
    `overwrites`: whether rows that differ may be taken from the copy at all, with `--overwrite`."""

    overwrites: bool
    how: str
    written: tuple[str, ...] = ()


TABLES: Mapping[str, Table] = {
    'conversations': Table(
        True,
        'Each comes back with deadlines of its own, brought up to what its lines say since.',
        ('last_at', 'moved_at', 'last_in_at', 'received_at', 'followed_at', 'forget_asked_at'),
    ),
    'messages': Table(
        True,
        'What was being sent, or kept, comes back as 结果未知 where its conversation does not keep it.',
        ('at', 'tried_at', 'sent_at'),
    ),
    'deadlines': Table(
        False, 'Those whose owner still has them; then each one that a conversation names is set again.'
    ),
    'residents': Table(False, 'What was said since is never written over. Those who were erased meanwhile stay so.'),
    'outreach': Table(
        False, 'What was not told yet comes back as 结果未知: nobody is told twice, and whoever it is gets a call.'
    ),
    'subscriptions': Table(False, 'What they agreed to since is never written over; a wrong count WeChat corrects.'),
    'reads': Table(False, 'Who looked is never written over.'),
    'account-events': Table(False, 'What WeChat said is never written over.'),
    'account-activity': Table(
        False, 'What is there is newer. The night sets the deadlines of silence again, whichever table lost them.'
    ),
    'changes': Table(False, 'Who changed what is never written over.'),
    'units': Table(True, 'Rows carry no time of writing: with --overwrite all that differ are taken from the copy.'),
    'accounts': Table(True, 'Rows carry no time of writing: with --overwrite all that differ are taken from the copy.'),
    'staff': Table(
        False,
        'Members come back suspended and signed out: some may have been removed since. `ops.members restore` lets in.',
    ),
    'services': Table(True, 'Rows carry no time of writing: with --overwrite all that differ are taken from the copy.'),
    'service-categories': Table(
        True, 'Rows carry no time of writing: with --overwrite all that differ are taken from the copy.'
    ),
    'crews': Table(True, 'Rows carry no time of writing: with --overwrite all that differ are taken from the copy.'),
    'bookings': Table(
        False,
        'Each comes back with its clock and takes its cells again; one whose time somebody else has stays away.'
        ' Then every open booking that has lost its cells takes them again, whichever table lost them.',
    ),
    'passings': Table(False, 'What a company gave away is never written over.'),
    'booking-contacts': Table(False, 'Where to come is never written over. Those who were erased meanwhile stay so.'),
    'counters': Table(False, 'A number that only grows: one that is there stays. Labels given since may repeat.'),
}
REFUSED: Mapping[str, str] = {
    'forgotten': 'an older ledger of erasures would let come back whoever was erased since',
    'slots': 'cells are taken again by the bookings they belong to: restore `bookings`',
    'tokens': 'its rows sign people in, also who was signed out since; staff just sign in again',
    'guest-links': 'its rows are about links of an hour: every one that was out is over',
    'alerts': 'what staff were about to be told is over; who still waits is in the list, and the chase goes on',
    'targets': 'calls that were under way are over',
}
