"""WeChat's error codes as data, what to do about each, and how a call can end other than well.

Codes of calls that nobody makes yet (tags, the mass job's 45065, which is a success) join with their feature.
Sources of the meanings: OD service/en/Getting_Started/Global_Return_Code, WxJava's WxMpErrorMsgEnum.
"""

from enum import Enum, auto
from typing import NamedTuple


class Action(Enum):
    """What has to happen after an error."""

    REFRESH_TOKEN = auto()  # fetch a token and try once more
    TRY_LATER = auto()  # nothing is wrong with the message; some other time it will go
    RESIDENT_GONE = auto()  # she does not follow any more
    WINDOW_CLOSED = auto()  # keep it until she writes again
    DROP = auto()  # she does not want it, or cannot get it; she still follows
    FIX_CONTENT = auto()  # never again as it stands
    UPLOAD_AGAIN = auto()  # the medium has expired with WeChat
    AUTHORISE_AGAIN = auto()  # whoever opens a page is sent to WeChat once more
    STOP = auto()  # nothing will go before somebody mends the account or our settings


class Reaction(NamedTuple):
    """What an error code means and what to do; `words` tell the clerk what happened and what comes next."""

    action: Action
    meaning: str
    words: str


_KEPT = '内容已保留'
_TELL = '请告诉系统管理员'
_BUSY = f'微信正忙，这条没有发出，{_KEPT}。请过几分钟再发一次。'
_QUOTA = f'本号今天的发送次数已用完，这条没有发出，{_KEPT}。明天零点以后可以再发；急事请打电话。'
_TOKEN = f'本号与微信的连接失效，这条没有发出，{_KEPT}。请再发一次；还不行，{_TELL}。'
_SETTINGS = f'本号与微信的连接设置有误，所有消息都发不出去，{_KEPT}。{_TELL}，急事请打电话。'
_NOT_ALLOWED = f'本号没有这项发送权限，这条没有发出，{_KEPT}。{_TELL}，急事请打电话。'
_BLOCKED = f'本号被微信限制，暂时不能发送，{_KEPT}。{_TELL}，急事请打电话。'
_GONE = '居民已不再关注本号，微信不让再发消息给这位居民，这条没有发出。请打电话或上门告知。'
_WINDOW = f'居民上次来消息已超过 48 小时，微信不让再发，{_KEPT}，等居民再来消息时可以发出。急事请打电话。'
_COUNT = f'居民上次来消息后可发的条数已用完，{_KEPT}，等居民再来消息时可以发出。急事请打电话。'
_LENGTH = f'内容太长，微信没有接受，{_KEPT}。请改短或分成两条再发。'
_CONTENT = f'微信没有接受这条内容，{_KEPT}。请改一改再发；还不行，{_TELL}。'
_MEDIUM = f'微信没有接受这个图片或录音（格式或大小不合），{_KEPT}。请换一个再发。'
_EXPIRED = f'图片或录音在微信那边已过期，这条没有发出，{_KEPT}。请再发一次，系统会重新上传。'
_WHO = '微信没有说出打开页面的是谁，这一步没有办成。请再打开一次。'
_BUG = f'系统出错，这条没有发出，{_KEPT}。{_TELL}，急事请打电话。'

# By action; under each, the codes that ask for it: what the code means, and what the clerk reads.
_TABLE: dict[Action, dict[int, tuple[str, str]]] = {
    Action.REFRESH_TOKEN: {
        40001: ('token invalid; from the token call itself: secret wrong', _TOKEN),
        40014: ('token invalid', _TOKEN),
        42001: ('token expired', _TOKEN),
    },
    Action.TRY_LATER: {
        -1: ('busy', _BUSY),
        45009: ('daily quota of this API used up, until midnight in Beijing', _QUOTA),
        45011: ('too many calls in this minute', _BUSY),
        45066: ('same clientmsgid again within a minute', _BUSY),
    },
    Action.RESIDENT_GONE: {
        40003: ('openid invalid', _GONE),
        43004: ('receiver has to follow', _GONE),
        46004: ('no such user', _GONE),
        50005: ('user does not follow', _GONE),
    },
    Action.WINDOW_CLOSED: {
        45015: ('outside the 48 hours, or not following', _WINDOW),
        45047: ('no more messages before the user writes again', _COUNT),
    },
    Action.DROP: {
        43019: ('user is on our blacklist', '这位居民在本号的黑名单里，这条没有发出。请打电话或上门告知。'),
        43101: ('user refused, or the subscription is used up', '居民没有订阅这类通知，这条没有发出。请换个方式告知。'),
        48002: ('user switched our messages off', '居民关闭了本号的消息，这条没有发出。请打电话或上门告知。'),
    },
    Action.FIX_CONTENT: {
        40004: ('kind of medium invalid', _MEDIUM),
        40005: ('type of file invalid', _MEDIUM),
        40006: ('size of file invalid', _MEDIUM),
        40008: ('kind of message invalid', _CONTENT),
        40009: ('size of picture invalid', _MEDIUM),
        40010: ('size of voice invalid', _MEDIUM),
        40011: ('size of video invalid', _MEDIUM),
        40012: ('size of thumbnail invalid', _MEDIUM),
        40033: (r'\u escapes in the request', _BUG),
        40200: ('kind of account invalid: msgmenu needs a certified one', _NOT_ALLOWED),
        41005: ('file missing from the upload', _MEDIUM),
        45002: ('content too long', _LENGTH),
        45008: ('more than one article', _CONTENT),
        45067: ('clientmsgid too long', _BUG),
        47001: ('request is not JSON', _BUG),
        47003: ('value in a template invalid', _CONTENT),
        **dict.fromkeys(range(65301, 65318), ('conditional menu invalid', _CONTENT)),
    },
    Action.UPLOAD_AGAIN: {
        40007: ('media_id invalid or expired', _EXPIRED),
    },
    Action.AUTHORISE_AGAIN: {
        40029: ('OAuth code invalid', _WHO),
        40163: ('OAuth code used before', _WHO),
        42003: ('OAuth code expired', _WHO),
    },
    Action.STOP: {
        40013: ('app id invalid', _SETTINGS),
        40037: ('template_id invalid', _SETTINGS),
        40125: ('secret invalid', _SETTINGS),
        40164: ('our address is not on the whitelist', _SETTINGS),
        40243: ('secret frozen', _SETTINGS),
        41001: ('token missing from the request', _BUG),
        45028: ('no mass message left', _QUOTA),
        45035: ('our address is not registered', _SETTINGS),
        48001: ('API not granted to this account', _NOT_ALLOWED),
        48003: ('admin has to accept the terms of mass messages', _NOT_ALLOWED),
        48004: ('API taken away for a violation', _BLOCKED),
        48008: ('kind of message not permitted', _NOT_ALLOWED),
        50001: ('API not authorised by the user', _NOT_ALLOWED),
        50002: ('account restricted', _BLOCKED),
        61004: ('our address is not registered', _SETTINGS),
        61007: ('API not authorised to us', _NOT_ALLOWED),
    },
}

REACTIONS = {code: Reaction(action, *said) for action, codes in _TABLE.items() for code, said in codes.items()}

# What stays refused until the Beijing day is over; everything else that may be tried later, may be so in minutes.
UNTIL_MIDNIGHT = frozenset({45009})

_UNKNOWN = f'微信没有接受这条消息，原因不明，{_KEPT}。请再发一次；还不行，{_TELL}。'


def reaction(code: int) -> Reaction:
    """What to do about an error code; one that nobody has described stops, so that somebody looks."""
    return REACTIONS.get(code) or Reaction(Action.STOP, 'undocumented', _UNKNOWN)


class Failed(Exception):
    """A call to WeChat that did not end well; the message is free of contents."""

    loggable = True


class Refused(Failed):
    """WeChat answered with an error code: it was not done. `rid` is what WeChat's support asks for.

    `address` is ours, as WeChat sees it, where it refuses that.
    """

    def __init__(self, code: int, rid: str | None, address: str = '') -> None:
        super().__init__(f'{code} {reaction(code).meaning}, rid {rid or "none"}')
        self.code = code
        self.rid = rid
        self.address = address

    @property
    def reaction(self) -> Reaction:
        return reaction(self.code)

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later though nobody has mended anything."""
        return self.reaction.action in (Action.TRY_LATER, Action.REFRESH_TOKEN)


class NotSent(Failed):
    """Nobody was reached: it was certainly not done, and may be tried again."""


class OutcomeUnknown(Failed):
    """It was sent and no clear answer came back: it may have been done, so it is not tried again blindly."""


class TooLarge(Failed):
    """What was to be downloaded is larger than the caller allows."""
