"""The pages that say why a job is not shown, to whom, and what to do instead."""

from typing import TYPE_CHECKING

from chalicelib.web import render

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.alliance.gate import Admitted

_LIST = ('/jobs', '回到服务单')


def no_jobs(admitted: 'Admitted') -> 'Response':
    return render.error(
        403, '这里没有归您办的服务单', '服务单由公司的调度员和上门人员办理。', visitor=admitted,
        back=('/desk', '回到等待列表'),
        next_step='需要办服务单的，请本单位的负责人给您加上「调度员」或「上门人员」的角色。',
    )  # fmt: skip


def no_dispatcher(admitted: 'Admitted') -> 'Response':
    return render.error(
        403, '这一页由调度员办理', '您是上门人员，可以看自己班组的服务单，记到达和完成。', visitor=admitted, back=_LIST
    )


def passed_on(admitted: 'Admitted') -> 'Response':
    return render.error(
        404, '这一单已经不归您公司', '过时没有接单、不接，或者来不了的，都已转给别的公司，所以没有显示。',
        visitor=admitted, next_step='不用再联系居民，也不用上门。', back=_LIST,
    )  # fmt: skip
