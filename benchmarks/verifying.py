"""What the store holds after the load, against what was sent and what was answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.letters import Delivery, Letter
from chalicelib.inbox.records import Conversation, Message
from local.standin import wire


@dataclass
class Verdict:
    """Counts of letters; `faults` of anything that must not be."""

    letters: int
    stored: int
    repeated: int
    refused: int
    media: Counter[str]
    faults: Counter[str]


def verify(letters: list[Letter]) -> Verdict:
    """Every letter answered 200 is there once, with its conversation; every repetition was told the same."""
    rows, conversations = _rows(), {found.id: found for found in Conversation.scan()}
    faults: Counter[str] = Counter()
    for letter in letters:
        faults.update(_faults(letter, rows.get((letter.conversation, letter.key))))
    faults.update(_doubled(letters, rows))
    faults.update(_conversation_faults(rows, conversations))
    return Verdict(
        letters=len(letters),
        stored=len(rows),
        repeated=sum(len(letter.answered) > 1 for letter in letters),
        refused=sum(letter.failures > 0 for letter in letters),
        media=Counter(str(row.media.state) for row in rows.values() if row.media),
        faults=faults,
    )


def _rows() -> dict[tuple[str, str], Message]:
    return {(row.conversation, row.key): row for row in Message.scan()}


def _faults(letter: Letter, row: Message | None) -> Iterable[str]:
    if not letter.answered:
        yield 'never answered 200'
        return
    if row is None:
        yield 'lost: answered 200 and not stored'
        return
    try:
        told = {_words(letter, delivery) for delivery in letter.answered}
    except wire.BadAnswer as error:
        yield f'an answer that WeChat would not take: {error}'
        return
    if len(told) > 1:
        yield 'a repetition was told something else'
    if told != {row.answer}:
        yield 'told something else than is stored'


def _words(letter: Letter, delivery: Delivery) -> str:
    answer = wire.read(letter.account, letter.openid, delivery.body)
    return answer.text if answer else ''


def _doubled(letters: list[Letter], rows: dict[tuple[str, str], Message]) -> Iterable[str]:
    """Rows nobody sent. One letter cannot be two rows under one key, so a second one would be under another."""
    sent = {(letter.conversation, letter.key) for letter in letters}
    return ('doubled: stored and not sent' for place in rows if place not in sent)


def _conversation_faults(rows: dict[tuple[str, str], Message], conversations: dict[str, Conversation]) -> Iterable[str]:
    """Only letters change conversations here, each once: the version is their number."""
    lines = Counter(conversation for conversation, _ in rows)
    for id, count in lines.items():
        if id not in conversations:
            yield 'a message without its conversation'
        elif conversations[id].version != count:
            yield 'a conversation whose version is not the number of its messages'
    names = Counter((found.account, found.label) for found in conversations.values())
    yield from ('two residents of one account with one name' for count in names.values() if count > 1)
