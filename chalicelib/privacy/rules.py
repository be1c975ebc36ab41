"""Whom a hash stands for, which opening of a conversation is which, and how names and spans are told. Pure."""

from datetime import UTC, datetime, timedelta

from chalicelib import clock
from chalicelib.pseudonym import hashed as hashed  # in logs and ledgers alike

LEFT, ASKED, KEPT_LONG_ENOUGH = 'left', 'asked', 'kept long enough'

_SAME_LOOK = timedelta(minutes=10)
# Family names of two characters, most of them from 百家姓; of one that is missing the first character is told.
_DOUBLE = frozenset(
    {
        '欧阳', '上官', '皇甫', '令狐', '诸葛', '司徒', '司马', '夏侯', '贺兰', '慕容', '尉迟', '长孙', '端木',
        '闻人', '濮阳', '公孙', '宇文', '东方', '独孤', '南宫', '西门', '百里', '呼延', '轩辕', '拓跋', '钟离',
    }
)  # fmt: skip
_HAN = '㐀', '鿿'  # compared: a regular expression of so many characters takes 4 ms to compile


def look(member_id: str, now: datetime) -> str:
    """The same for one member during ten minutes; in order of time."""
    ten_minutes = int(now.timestamp() // _SAME_LOOK.total_seconds())
    return f'{clock.from_epoch(ten_minutes * int(_SAME_LOOK.total_seconds())):%Y-%m-%dT%H:%M}#{member_id}'


def look_ends(key: str) -> datetime:
    """The end of the ten minutes this key of `look` stands for."""
    return datetime.fromisoformat(key.partition('#')[0]).replace(tzinfo=UTC) + _SAME_LOOK


def searches_of(member_id: str) -> str:
    """Where a member's searches stand among the reads: no hash begins like this."""
    return f'search#{member_id}'


def by_surname(name: str) -> str:
    """王姓工作人员: whoever it was can be asked for, and is not exposed."""
    surname = name[:2] if name[:2] in _DOUBLE else name[:1]
    return f'{surname}姓工作人员' if _HAN[0] <= surname[:1] <= _HAN[1] else '工作人员'


def spoken_lasting(span: timedelta) -> str:
    """一年 as 1 年, 90 天."""
    years, days = divmod(span.days, 365)
    return f'{years} 年' if years and not days else f'{span.days} 天'
