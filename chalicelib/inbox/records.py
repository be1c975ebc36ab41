"""Tables of the inbox: conversations, messages, counters.

Longer than a file should be: models are tables of attributes, and only here may their queries stand.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.inbox import rules
from chalicelib.inbox.indexes import Following, HandedOver, Recent, Said, Waiting, WithDistrict, WithStreet
from chalicelib.storage import AlreadyKept, Conflict, Json, Record, Transaction, Write

COUNTED_AT_MOST = 99
HELD_AT_MOST = 100


class Kept(MapAttribute[str, Any]):
    """A reply that is not out yet: it waits for the resident's next message, or to be tried again before that."""

    key = UnicodeAttribute()
    kind = UnicodeAttribute()
    text = UnicodeAttribute(default='')
    unit_name = UnicodeAttribute(default='')
    confirmed_at = UTCDateTimeAttribute()
    promised_at = UTCDateTimeAttribute(null=True)  # a time its words name; past that they are not given any more
    retry_at = UTCDateTimeAttribute(null=True)  # what failed in transit is tried again then
    attempts = NumberAttribute(default=0)
    machine = BooleanAttribute(default=False)  # nobody's answer: not worth the last of WeChat's five messages
    notice = BooleanAttribute(default=False)  # of a machine, about something else than her matter: see machine.notice


class Calling(MapAttribute[str, Any]):
    """A line that is being sent; where nobody says how it fared, it is of unknown outcome after `until`."""

    key = UnicodeAttribute()
    until = UTCDateTimeAttribute()
    attempts = NumberAttribute(default=0)  # that failed before


class Asked(MapAttribute[str, Any]):
    """The last question we asked this resident; a digit answers it while it is open."""

    kind = UnicodeAttribute()
    about = UnicodeAttribute(default='')
    until = UTCDateTimeAttribute()


class Home(MapAttribute[str, Any]):
    """A further home of hers, or that of somebody she writes for: what she calls it, and whose place it is."""

    label = UnicodeAttribute()
    unit = UnicodeAttribute()


class Conversation(Record):
    """All that one resident (one openid of one account) and her community say to each other."""

    class Meta:
        table = 'conversations'

    id = UnicodeAttribute(hash_key=True)  # account#openid
    version = VersionAttribute()
    label = UnicodeAttribute()  # '' until she does something
    remark = UnicodeAttribute(default='')
    unit = UnicodeAttribute()
    home_unit = UnicodeAttribute()
    home_by = UnicodeAttribute(default='account')  # who said that she lives there, see belonging
    homes: ListAttribute[Home] = ListAttribute(of=Home, default=list)  # besides that one, see belonging
    not_home: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # units where she does not live
    for_whom = UnicodeAttribute(null=True)  # for which of `homes` the open matter is, in her word
    known_until = UTCDateTimeAttribute(null=True)  # there is a row of hers in `residents`, until then
    placed = UnicodeAttribute(null=True)  # the unit that a matter was last put to, for where it happens
    followed = BooleanAttribute(default=True)
    followed_at = UTCDateTimeAttribute(null=True)  # when she last came or went
    followed_account = UnicodeAttribute(null=True)  # the account, while she follows it: see `alarms.keep`

    window_from = UTCDateTimeAttribute(null=True)
    window_until = UTCDateTimeAttribute(null=True)
    window_left = NumberAttribute(default=0)
    click_until = UTCDateTimeAttribute(null=True)
    click_left = NumberAttribute(default=0)

    kind = UnicodeAttribute(default='ordinary')  # of what is open, see kinds
    waiting_unit = UnicodeAttribute(null=True)
    waiting_since = UTCDateTimeAttribute(null=True)
    due_at = UTCDateTimeAttribute(null=True)
    follow_up = BooleanAttribute(default=False)
    promised_until = UTCDateTimeAttribute(null=True)  # a further answer by then, though another line may be due sooner
    timed_from = UTCDateTimeAttribute(null=True)  # half and four fifths of the time are counted from here
    rung = NumberAttribute(default=0)  # of the chase: which one comes next, see rules
    street = UnicodeAttribute(null=True)  # told that it was not answered in time; None again once it is
    district = UnicodeAttribute(null=True)
    late_until = UTCDateTimeAttribute(null=True)  # what she was told when the time was over: a word by then
    extended = BooleanAttribute(default=False)  # the promise was moved once, by a person; no second time
    taken_by = UnicodeAttribute(null=True)  # the member who has said 已接手
    taken_name = UnicodeAttribute(default='')
    named = UnicodeAttribute(null=True)  # the member who has to say whose it is, where it is nobody's
    handed_by = UnicodeAttribute(null=True)  # the unit that handed it over, until it is accepted
    handed_until = UTCDateTimeAttribute(null=True)  # then it comes back
    hops = NumberAttribute(default=0)  # how often it was handed over

    # What has to happen at a time, and the key of the deadline that stands for it: `alarms` keeps the two together.
    chase_at = UTCDateTimeAttribute(null=True)
    chase_key = UnicodeAttribute(null=True)
    sends_at = UTCDateTimeAttribute(null=True)
    sends_key = UnicodeAttribute(null=True)
    forget_at = UTCDateTimeAttribute(null=True)
    forget_key = UnicodeAttribute(null=True)
    forget_asked_at = UTCDateTimeAttribute(null=True)  # 「删除我的信息」, confirmed: what is older goes

    recent_unit = UnicodeAttribute(null=True)  # the unit, once somebody has spoken
    last_at = UTCDateTimeAttribute()
    last_text = UnicodeAttribute(default='')
    last_from = UnicodeAttribute(default='resident')
    last_in_at = UTCDateTimeAttribute(null=True)
    received_at = UTCDateTimeAttribute(null=True)  # the last receipt she was given
    fresh = BooleanAttribute(default=False)
    asked = Asked(null=True)

    # The versions in which staff last acted and she was last heard: a page that shows an older one is old.
    moved_in = NumberAttribute(default=0)
    heard_in = NumberAttribute(default=0)
    moved_by = UnicodeAttribute(default='')
    moved_at = UTCDateTimeAttribute(null=True)
    noticed_at = UTCDateTimeAttribute(null=True)  # a notice has reached her: 好 may be the answer to that
    answered = BooleanAttribute(default=False)  # the last word said is a person's answer
    failed = NumberAttribute(default=0)
    kept: ListAttribute[Kept] = ListAttribute(of=Kept, default=list)
    kept_count = NumberAttribute(default=0)
    calling: ListAttribute[Calling] = ListAttribute(of=Calling, default=list)

    closing = False  # a matter is being closed by what is about to be stored; itself not stored

    waiting = Waiting()
    recent = Recent()
    with_street = WithStreet()
    with_district = WithDistrict()
    handed_over = HandedOver()
    following = Following()

    @property
    def next_version(self) -> int:
        """The version that the write now being prepared will have."""
        return int(self.version or 0) + 1

    @property
    def account(self) -> str:
        return self.id.partition('#')[0]

    @property
    def openid(self) -> str:
        return self.id.partition('#')[2]

    @property
    def ref(self) -> str:
        """The conversation in a URL: ASCII, no '#'."""
        return self.id.replace('#', '.', 1)


class Media(MapAttribute[str, Any]):
    """A photo, a voice or a video: where it came from and where it is now."""

    wechat_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute()  # see media
    format = UnicodeAttribute(null=True)
    object_key = UnicodeAttribute(null=True)
    content_type = UnicodeAttribute(null=True)
    bytes = NumberAttribute(null=True)
    playable_key = UnicodeAttribute(null=True)
    playable_type = UnicodeAttribute(null=True)
    seconds = NumberAttribute(null=True)


class Message(Record):
    """One line of a conversation. Its key is its once-only condition."""

    class Meta:
        table = 'messages'

    conversation = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)  # CreateTime#MsgId, CreateTime#event hash, or form time#form token#n
    at = UTCDateTimeAttribute()
    way = UnicodeAttribute()  # in | out | inside | form (what a form has brought, never shown)
    kind = UnicodeAttribute()
    text = UnicodeAttribute(default='')
    fields: Json = Json(null=True)
    media = Media(null=True)
    answer = UnicodeAttribute(default='')  # what the resident was told in the same five seconds
    state = UnicodeAttribute(null=True)  # of what goes out, see rules.STEPS
    by = UnicodeAttribute(null=True)
    by_name = UnicodeAttribute(null=True)
    unit_name = UnicodeAttribute(null=True)  # whose answer it is
    error = UnicodeAttribute(null=True)  # Chinese, for the clerk: what happened and what to do
    promised_at = UTCDateTimeAttribute(null=True)  # by when its words promise a further answer
    tried_at = UTCDateTimeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)
    retry_at = UTCDateTimeAttribute(null=True)  # of one that failed in transit: when it is tried again
    forget_at = TTLAttribute(null=True)
    notice = BooleanAttribute(null=True)  # a machine's word that no answer makes moot
    said = UnicodeAttribute(null=True)  # to whom and in which month, where it can be searched for

    by_words = Said()

    @property
    def ref(self) -> str:
        """The message in a URL: ASCII, no '#'."""
        return f'{self.conversation}.{self.key}'.replace('#', '.')

    def past(self, now: datetime) -> bool:
        """Whether its time is over: the store takes days to drop it, and nobody is shown it any more."""
        return self.forget_at is not None and self.forget_at <= now


class Counter(Record):
    """Numbers that only grow, one row each."""

    class Meta:
        table = 'counters'

    id = UnicodeAttribute(hash_key=True)
    value = NumberAttribute(default=0)


def conversation(id: str) -> Conversation | None:
    try:
        return Conversation.get(id, consistent_read=True)
    except DoesNotExist:
        return None


def following(account: str) -> Iterator[str]:
    """Ids of those who follow it, as far as we know; up to a second old."""
    return (row.id for row in Conversation.following.query(account))


def put_new(conversation: Conversation) -> bool:
    """Store a conversation that is not there yet; False where it is."""
    return conversation.save_if()  # there must be no version of it


def message(conversation_id: str, key: str) -> Message | None:
    try:
        return Message.get(conversation_id, key, consistent_read=True)
    except DoesNotExist:
        return None


def waiting(unit: str, limit: int) -> list[Conversation]:
    return list(Conversation.waiting.query(unit, limit=limit))


class WaitingTimes(NamedTuple):
    """How long somebody has waited and by when she is to be answered."""

    since: datetime
    due_at: datetime
    follow_up: bool
    account: str


def waiting_times(unit: str) -> list[WaitingTimes]:
    """Of those who wait for a unit, the ones due first: one request."""
    wanted = ['id', 'waiting_unit', 'due_at', 'waiting_since', 'follow_up']
    rows = Conversation.waiting.query(unit, limit=COUNTED_AT_MOST, attributes_to_get=wanted)
    return [WaitingTimes(row.waiting_since or row.due_at, row.due_at, bool(row.follow_up), row.account) for row in rows]


def with_street(unit: str, limit: int) -> list[Conversation]:
    return list(Conversation.with_street.query(unit, limit=limit))


def with_district(unit: str, limit: int) -> list[Conversation]:
    return list(Conversation.with_district.query(unit, limit=limit))


def handed_over(unit: str, limit: int) -> list[Conversation]:
    return list(Conversation.handed_over.query(unit, limit=limit))


def waiting_count(unit: str) -> int:
    return Conversation.waiting.count(unit, limit=COUNTED_AT_MOST)


def recent(unit: str, limit: int) -> list[Conversation]:
    return list(Conversation.recent.query(unit, limit=limit, scan_index_forward=False))


def said(
    partition: str, since: datetime, until: datetime, limit: int, after: Any
) -> tuple[list[Message], dict[str, Any] | None]:
    """Lines of one partition, the newest first; one request. What it returns second is `after` of the next."""
    found = Message.by_words.query(
        partition, Message.at.between(since, until), limit=limit, scan_index_forward=False, last_evaluated_key=after
    )
    return list(found), found.last_evaluated_key


def spoken_in(
    unit: str, since: datetime, until: datetime, limit: int, after: Any
) -> tuple[list[Conversation], dict[str, Any] | None]:
    """Conversations of a unit by their last line, the newest first; as `said`."""
    between = Conversation.last_at.between(since, until)
    found = Conversation.recent.query(unit, between, limit=limit, scan_index_forward=False, last_evaluated_key=after)
    return list(found), found.last_evaluated_key


def listed(ids: Iterable[str]) -> list[Conversation]:
    """Up to a hundred conversations in one request, as they were a moment ago; those that are gone are missing."""
    return list(Conversation.batch_get(ids, consistent_read=False))


def talk(conversation_id: str, before: str | None, limit: int) -> Iterator[Message]:
    """Messages newest first. Their keys begin with a time; rows of forms come after those and are left out."""
    older = Message.key < (before or ':')
    return iter(Message.query(conversation_id, older, limit=limit, scan_index_forward=False, consistent_read=True))


def step(tx: TransactWrite, line: Message, before: str, now: datetime) -> None:
    """Store the new state of a line that goes out, on condition that the stored one is `before`."""
    changed: list[Action] = [Message.state.set(line.state)]
    changed.append(Message.error.set(line.error) if line.error else Message.error.remove())
    changed.append(Message.retry_at.set(line.retry_at) if line.retry_at else Message.retry_at.remove())
    if line.state == rules.PENDING:
        changed.append(Message.tried_at.set(now))
    if line.state == rules.SENT:
        changed.append(Message.sent_at.set(now))
    tx.update(Message(line.conversation, line.key), changed, condition=Message.state == before)


def kept_before(refusal: AlreadyKept) -> Message:
    """The row whose once-only key was met."""
    found: Message = Message.from_raw_data(refusal.item)
    return found


def next_number(counter: str) -> int:
    row = Counter(counter)
    row.update([Counter.value.add(1)])
    return int(row.value)


def stands(conversation_id: str) -> Write:
    """Refuse the transaction where the conversation is gone: it was forgotten meanwhile."""
    return lambda tx: tx.condition_check(Conversation, conversation_id, condition=Conversation.id.exists())


_OPENED_AHEAD = 301  # seconds: a form is taken from a page whose clock is five minutes ahead


def older(conversation_id: str, end: datetime, limit: int) -> list[Message]:
    """Rows from before `end`, the oldest first, then those of forms."""
    before = int(end.timestamp())
    found = list(Message.query(conversation_id, Message.key < str(before), limit=limit, consistent_read=True))
    if rest := limit - len(found):
        opened = Message.key.between('form#', f'form#{before + _OPENED_AHEAD}')
        found += Message.query(conversation_id, opened, Message.at < end, limit=rest, consistent_read=True)
    return found


def is_older(line: Message, end: datetime) -> bool:
    """Whether `older` would find this line."""
    before = int(end.timestamp())
    if line.key.startswith('form#'):
        return bool(line.key <= f'form#{before + _OPENED_AHEAD}' and line.at < end)
    return bool(line.key < str(before))


def younger(conversation_id: str, end: datetime) -> Iterator[Message]:
    """Lines of the talk from `end` on, the oldest first."""
    rest = Message.key.between(str(int(end.timestamp())), ':')
    return iter(Message.query(conversation_id, rest, consistent_read=True))


def erasure(line: Message) -> Write:
    def write(tx: Transaction) -> None:
        tx.delete(line)

    return write


def held(conversation_id: str) -> Iterator[Message]:
    """The oldest lines, for counting: their words are not read."""
    counted = ['conversation', 'key', 'at', 'media', 'forget_at']
    return iter(Message.query(conversation_id, Message.key < ':', limit=HELD_AT_MOST, attributes_to_get=counted))


def since(conversation_id: str, at: datetime) -> list[Message]:
    """Lines of the talk from about `at` on, the oldest first; a minute earlier, since keys hold others' clocks."""
    rest = Message.key.between(str(int(at.timestamp()) - 60), ':')
    return list(Message.query(conversation_id, rest, consistent_read=True))


def put_back(found: Conversation, before: Conversation | None) -> None:
    """Store a conversation of earlier days where there is none, or in the place of `before` as it was read.

    The version goes on from the higher one. Raises `Conflict` where somebody has written meanwhile.
    """
    if before is None:
        condition = Conversation.id.does_not_exist()
    else:
        condition = Conversation.version == before.version
        found.version = max(int(found.version), int(before.version))
    if not found.save_if(condition, add_version_condition=False):
        raise Conflict('it was written meanwhile')


def conversations() -> Iterator[Conversation]:
    """All of them. A scan, for the operator's commands."""
    return iter(Conversation.scan())


def everybody() -> Iterator[str]:
    """All residents of whom there is a conversation or a line. A scan, for the operator's commands."""
    seen: set[str] = set()
    for row in Conversation.scan(attributes_to_get=['id']):
        seen.add(row.id)
        yield row.id
    for line in Message.scan(attributes_to_get=['conversation']):
        if line.conversation not in seen:
            seen.add(line.conversation)
            yield line.conversation
