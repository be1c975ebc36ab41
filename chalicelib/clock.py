"""Beijing days, moments and spans as people say them. Only the doors read the clock; others are handed `now`."""

from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), 'Asia/Shanghai')  # no daylight saving since 1991
WEEKDAYS = '一二三四五六日'

_moved = timedelta()


def now() -> datetime:
    """The present moment in UTC, for doors only: routes, queue handlers, schedules, commands."""
    return datetime.now(UTC) + _moved


def move(by: timedelta) -> None:
    """Put this process's clock forward: for the local stand-in and for tests, never deployed code."""
    global _moved
    _moved += by


def from_epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def beijing(at: datetime) -> datetime:
    return at.astimezone(BEIJING)


def day(at: datetime) -> date:
    """The Beijing date of a moment."""
    return beijing(at).date()


def next_midnight(at: datetime) -> datetime:
    """When the Beijing day of a moment ends."""
    return datetime.combine(day(at) + timedelta(days=1), time(), BEIJING).astimezone(UTC)


def spoken_time(at: datetime, now: datetime) -> str:
    """A moment as a neighbour says it: 22:10, 昨日 22:10, 明日 11:50, 周三 22:11, 10月10日 11:50."""
    local, days = beijing(at), (day(at) - day(now)).days
    if abs(days) <= 1:
        prefix = ('昨日 ', '', '明日 ')[days + 1]
    elif 1 < days < 7:
        prefix = f'周{WEEKDAYS[local.weekday()]} '
    elif local.year == beijing(now).year:
        prefix = f'{local.month}月{local.day}日 '
    else:
        prefix = f'{local.year}年{local.month}月{local.day}日 '
    return f'{prefix}{local:%H:%M}'


def spoken_date_time(at: datetime) -> str:
    """A moment that stays right whenever it is read: 10月10日（周六）11:50."""
    local = beijing(at)
    return f'{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}'


def spoken_span(span: timedelta) -> str:
    """A length of time in the largest unit a person would use: 不到 1 分钟, 41 分钟, 3 小时 5 分, 2 天."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return '不到 1 分钟'
    if minutes < 60:
        return f'{minutes} 分钟'
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f'{hours} 小时 {minutes} 分' if minutes else f'{hours} 小时'
    days, hours = divmod(hours, 24)
    return f'{days} 天 {hours} 小时' if hours and days < 3 else f'{days} 天'
