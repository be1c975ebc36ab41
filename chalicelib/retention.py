"""How long what is kept, and on what ground: one table, which the code, the bucket and the residents' page share. Data.

`basis` is for residents, in Chinese. Where it names no law it is this office's own rule: the district has to confirm it
before the product goes public (待核实). Article 19 of 个人信息保护法 (PIPL) asks for the shortest time that serves.
"""

from datetime import timedelta
from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of what we keep about a resident. `since` says, in Chinese, from when `lasts` counts."""

    name: str
    why: str
    lasts: timedelta
    since: str
    basis: str


_SHORTEST = '个人信息保护法第十九条：为办事所必要的最短时间；本单位规定，待核实'

MESSAGES = Kind(
    '您的来信和我们的答复',
    '答复您，并能查到当时是怎么说的',
    timedelta(days=365),
    '办完之后',
    _SHORTEST,
)
LOCATIONS = Kind(
    '您发来的位置', '知道该去哪里看', timedelta(days=30), '收到之后', f'位置是敏感个人信息（第二十八条）；{_SHORTEST}'
)
MEDIA = Kind('照片、语音和视频', '看清、听清您说的事', timedelta(days=90), '收到之后', _SHORTEST)
RESIDENTS = Kind(
    '您的称呼、楼栋、门牌和电话（您自己填的，或工作人员记的）', '上门、回电话时找得到您', timedelta(days=365),
    '最后一次填写之后', f'您自愿提供，随时可以改、可以删（第十三条、第十五条）；{_SHORTEST}',
)  # fmt: skip
HOMES = Kind(
    '您说过替谁来信：您起的称呼（如「我妈家」）和所在的社区，不记姓名', '知道这件事是替谁，由哪个社区先看',
    timedelta(days=365), '最后一件事办完之后', f'您自愿提供，随时可以删（第十三条、第十五条）；{_SHORTEST}',
)  # fmt: skip
TELLINGS = Kind(
    '提醒和通知的发送记录，您订阅过哪些通知',
    '不重复提醒您，也不漏掉没有通知到的',
    timedelta(days=60),
    '事情过后',
    _SHORTEST,
)
BOOKINGS = Kind(
    '您预约过的服务：哪一项、什么时候、哪家公司、评价',
    '处理投诉，看公司做得好不好',
    timedelta(days=365),
    '办完之后',
    _SHORTEST,
)
CONTACTS = Kind(
    '预约时留下的称呼、电话、地址和需求', '上门的师傅找得到您', timedelta(days=30), '办完之后', _SHORTEST,
)  # fmt: skip
READS = Kind(
    '谁在什么时候看过您的来信', '您可以问「谁看过我的信息」', timedelta(days=365), '查看之后',
    '网络安全法：网络日志留存不少于六个月；个人信息保护法第四十四条：您有知情权',
)  # fmt: skip
LEFT_OPEN = Kind(
    '您取消关注时还没办完的来信', '由正在办理的工作人员办完', timedelta(days=30), '取消关注之后，最多',
    '个人信息保护法第四十七条：目的已实现或您撤回同意时删除；本单位规定，待核实',
)  # fmt: skip
LEDGER = Kind(
    '删除记录（只有不能还原的编号、时间和条数）', '证明删过，并让恢复的备份再删一次',
    timedelta(days=3 * 365), '删除之后',
    '民法典第一百八十八条：诉讼时效三年；个人信息保护法第六十九条：由我们证明没有过错',
)  # fmt: skip

# What residents are shown, in this order.
SHOWN = (MESSAGES, LOCATIONS, MEDIA, RESIDENTS, HOMES, BOOKINGS, CONTACTS, TELLINGS, READS, LEFT_OPEN, LEDGER)

# Nothing of a conversation stays longer, even if it is never closed: the store's own TTL.
AT_MOST = timedelta(days=730)
