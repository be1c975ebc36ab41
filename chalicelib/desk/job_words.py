"""How a company reads the states of its jobs, and what its pages say after something was done. Data."""

from typing import TYPE_CHECKING

from chalicelib.bookings import rules

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking

_STATES = {
    rules.OFFERED: '等您接单',
    rules.PRICED: '已报价，等居民答复',
    rules.ACCEPTED: '已接单，还没派人',
    rules.CONFIRMED: '已派人',
    rules.ARRIVED: '已到达',
    rules.DONE: '已完成',
    rules.RATED: '已完成，居民已评价',
    rules.CANCELLED: '居民取消了',
    rules.UNSERVED: '没有公司能接',
    rules.NO_SHOW: '居民不在',
    rules.MISSED: '没有到达记录，社区在核实',
}
_REQUEST_STATES = {
    rules.OFFERED: '等您报价',
    rules.ACCEPTED: '已接单，请办理',
    rules.CONFIRMED: '居民同意了，请办理',
    rules.CANCELLED: '居民取消了，或没有同意报价',
}
_TONES = {rules.ACCEPTED: 'soon', rules.CONFIRMED: 'ok', rules.ARRIVED: 'ok', rules.MISSED: 'late'}

DONE = {
    'accept': '已接单。居民会收到确认。',
    'accept_later': '已接单，还没有派人。请在前一天 18 点以前派好，到时没派的按原来空出时间的班组算。',
    'assign': '已派好。居民会收到通知。',
    'decline': '已退回，会转给别的公司。',
    'give_up': '已转出，并告诉了居民原因。',
    'price': '已报价，等居民答复。',
    'arrive': '已记下到达。',
    'finish': '已记下完成。',
    'no_show': '已记下居民不在，并告诉了居民。',
    'photo': '照片已传好，请核对后按「完成」。',
    'add_photo': '照片已加上。',
    'same': '刚才那一步没有再办一次：之前已经办过，或者情况有了变化。下面是现在的情况。',
    'feed': '新的地址在下面；旧的地址从现在起不能用了。',
}
MOVED = '您打开这一页以后，居民改了时间。请看清下面的时间再办。'
FEED_OVERTAKEN = '有同事刚改过这个班组，地址没有换。请看过以后再按一次。'
NOTHING_CHOSEN = '请选一个班组，或者选「先接单，后派人」。'


def state(job: 'Booking') -> str:
    if job.form == rules.BY_REQUEST and job.state in _REQUEST_STATES:
        return _REQUEST_STATES[job.state]
    return _STATES.get(job.state, '')


def tone(job: 'Booking') -> str:
    return _TONES.get(job.state, '')


def done(key: str) -> str:
    return DONE.get(key, '')
