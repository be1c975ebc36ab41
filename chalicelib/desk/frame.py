"""What stands around every desk page: whose desk it is, where else one can go, and the two refusals."""

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.alliance import leave, roles
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, service_access
from chalicelib.web import render

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.inbox.records import Message


class Link(NamedTuple):
    path: str
    words: str
    current: bool


class Frame(NamedTuple):
    place: str
    links: tuple[Link, ...]


def of(admitted: Admitted, unit: str = '') -> Frame:
    """The header for this member; `unit` is the one whose list is shown."""
    first = next(iter(admitted.member.units), '')
    shown, here = unit or first, admitted.path.partition('?')[0]
    of_unit = f'?unit={shown}' if shown != first else ''
    places = [('/jobs', '', '服务单')] if _has_jobs(admitted) else []
    if not places or roles.may(admitted.member, roles.BE_TOLD):
        places += _letters(of_unit, shown, bool(places))
    if _looks_after_accounts(admitted):
        places.append(('/desk/accounts', '', '各号情况'))
    if service_access.districts(admitted.member):
        places.append(('/desk/services', '', '服务目录'))
    if service_access.is_of_company(admitted.member):
        places.append(('/desk/crews', '', '班组'))
    leads = roles.may(admitted.member, roles.LEAD_UNIT)
    places.append(('/desk/unit', '', '本单位') if leads else (f'/desk/unit/m/{admitted.member.id}', '', '我的休假'))
    if is_operator(admitted):
        places.append(('/desk/system', '', '系统'))
    links = tuple(Link(path + query, words, path == here) for path, query, words in places)
    return Frame(access.unit_name(shown), links)


def of_company(admitted: Admitted, unit: str) -> Frame:
    """The header of a page of jobs: whose they are."""
    return of(admitted)._replace(place=access.unit_name(unit))


def _letters(of_unit: str, shown: str, beside_jobs: bool) -> list[tuple[str, str, str]]:
    """The places of residents' letters. Bare, the first of them leads whoever only has jobs to his jobs."""
    return [
        ('/desk', of_unit or (f'?unit={shown}' if beside_jobs else ''), '等待答复'),
        ('/desk/recent', of_unit, '近日来往'),
        ('/desk/search', f'?unit={shown}', '查找'),
    ]


def _has_jobs(admitted: Admitted) -> bool:
    """Whoever dispatches, serves, or stands in for one who does; and all members of companies."""
    hats = [admitted.member, *leave.stands_in_for(admitted.member, admitted.now)]
    if any(roles.may(hat, deed) for hat in hats for deed in (roles.DISPATCH, roles.SERVE)):
        return True
    return any(access.kind(unit) == 'partner' for hat in hats for unit in hat.units)


def _looks_after_accounts(admitted: Admitted) -> bool:
    """Whoever leads a unit or works above one; anybody else comes by the link in a warning."""
    return roles.may(admitted.member, roles.LEAD_UNIT) or any(map(access.is_above_others, admitted.member.units))


def unit_name(unit_id: str) -> str:
    return access.unit_name(unit_id)


def is_operator(admitted: Admitted) -> bool:
    return roles.may(admitted.member, roles.OPERATE)


_LIST = ('/desk', '回到等待列表')


def not_yours(admitted: Admitted) -> 'Response':
    return render.error(
        403, '这里不归您的单位', '您打开的内容属于别的单位，所以没有显示。', visitor=admitted,
        next_step='如果是刚转交出去的，对方已经接着办。需要查看，请联系对方单位。', back=_LIST,
    )  # fmt: skip


def not_found(admitted: Admitted) -> 'Response':
    return render.error(
        404, '没有找到', '这个地址没有对应的内容，可能已经删除，或者链接不完整。', visitor=admitted, back=_LIST,
    )  # fmt: skip


def no_medium(admitted: Admitted, line: 'Message', asked_again: bool) -> 'Response':
    """A photo, voice or video that is not in the bucket: on its way, or never to come."""
    back = (f'/desk/c/{line.conversation.replace("#", ".")}', '回到对话')
    if asked_again:
        return render.error(
            200, '正在取回', '这一份还没有从微信取回来，刚才又催了一次。', visitor=admitted,
            next_step='一般一分钟以内就好，请回到对话后刷新。', back=back,
        )  # fmt: skip
    return render.error(
        404, '这一份打不开', '它没有保存下来：微信只留三天，或者文件太大、类型不符，或者已过保存期。', visitor=admitted,
        next_step='可以请居民再发一次。', back=back,
    )  # fmt: skip
