"""Sentences the desk says after something was done; addresses carry only the key, never the words."""

DONE = {
    'answered': '已发出，这位居民不再等。',
    'follow_up': '已发出，并把跟进的时间告诉了居民；到时之前这里会一直留着。',
    'failed': '没有发出去。内容和原因在下面，这位居民仍在等。',
    'unknown': '发出后没有等到微信的回音，请看下面的说明。',
    'pending': '正在发送，还不知道结果，请过一分钟再打开这一页看。在那以前，这位居民仍在等。',
    'withdrawn': '这条答复先前已经提交，后来撤回了，或没有全部发出。请看下面。',
    'kept': '已存好，等居民下次来信时发出。',
    'retried': '微信暂时连不上。已存好，系统会自动再发；居民先来信，就随答复给出。',
    'note': '备注已记下。',
    'remark': '称呼已保存。',
    'resident': '已记下。居民本人没有填过的，标作未核实。',
    'home': '居住地已更正，新的来信先到那个社区。',
    'moved': '已转交。对方接手以前，它在下面「转出去，还没有人接手」里；到时没人接手会自动退回。',
    'taken': '已记下由您接手。居民看到的时间不变，请在那以前答复。',
    'declined': '已退回，并告诉了对方这件事归谁。',
    'closed': '已关闭，这位居民不再等。',
    'sent': '已再次发出。',
    'settle': '已记下，这一条不再算作没有发出。',
    'confirm': '这一条仍然有效，等居民下次来信时发出。',
    'withdraw': '已撤回，没有发给居民。这位居民重新算作在等。',
    'published': '已记下这次发布，和记下的人、时间。',
    'published_before': '已有同一天或更近的发布记录，没有改动。',
    'photo': '照片已传好，请核对后发出。',
}
BADLY = frozenset({'failed', 'unknown', 'pending', 'withdrawn'})  # of these: what the clerk has to look at
STALE_FORM = '这个页面打开得太久，刚才没有发出。您写的都在，请核对后再按一次。'
USED_FORM = '这个页面已经发过一条答复，您新写的这一条还没有发出。请核对后再按一次。'
STALE_RARE_FORM = '这个页面打开得太久，刚才没有办。请核对后再按一次。'
USED_RARE_FORM = '这个页面已经提交过一次，您这次写的还没有办。请核对后再按一次。'
OVERTAKEN = '您在写的时候，{name} {time} 已经处理了这位居民的来信，所以刚才没有办。请看过以后再决定。'
NO_HOLIDAYS = (
    '系统里还没有 {year} 年的放假和调休安排，{year} 年的答复时间暂时只按周一至周五计算，'
    '可能落在节假日里。请通知系统管理员更新。'
)


def done(key: str) -> str:
    return DONE.get(key, '')
