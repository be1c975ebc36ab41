"""A browser in words a clerk recognises as her own: 「iPhone 上的微信」."""

# The first that is found in the User-Agent counts: everybody pretends to be Safari, many to be Chrome or Android.
_DEVICES = (
    ('iPhone', 'iPhone '),
    ('iPad', 'iPad '),
    ('OpenHarmony', '鸿蒙设备'),
    ('HarmonyOS', '鸿蒙设备'),
    ('Android', 'Android 手机'),
    ('Windows Phone', 'Windows 手机'),
    ('Windows', 'Windows 电脑'),
    ('Macintosh', 'Mac 电脑'),
    ('CrOS', 'Chromebook 电脑'),
    ('Linux', 'Linux 电脑'),
)
_PROGRAMS = (
    ('wxwork', '企业微信'),
    ('MicroMessenger', '微信'),
    ('DingTalk', '钉钉'),
    ('QQBrowser', ' QQ 浏览器'),
    ('HuaweiBrowser', '华为浏览器'),
    ('MiuiBrowser', '小米浏览器'),
    ('HeyTapBrowser', ' OPPO 浏览器'),
    ('VivoBrowser', ' vivo 浏览器'),
    ('UCBrowser', ' UC 浏览器'),
    ('Quark', '夸克浏览器'),
    ('360SE', ' 360 浏览器'),
    ('Edg', ' Edge'),  # Edg on computers, EdgA and EdgiOS on phones
    ('OPR/', ' Opera'),
    ('FxiOS', ' Firefox'),
    ('Firefox', ' Firefox'),
    ('CriOS', ' Chrome'),
    ('Chrome', ' Chrome'),
    ('Safari', ' Safari'),
)


def browser_name(user_agent: str) -> str:
    """Device and program in plain Chinese. Only words from the tables: nothing a stranger sends gets into a chat."""
    device = _first(_DEVICES, user_agent, '一台设备')
    return f'{device}上的{_first(_PROGRAMS, user_agent, "浏览器")}'


def _first(table: tuple[tuple[str, str], ...], user_agent: str, otherwise: str) -> str:
    return next((words for mark, words in table if mark in user_agent), otherwise)
