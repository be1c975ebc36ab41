"""本单位: a lead looks after own people, hours and duty, and nobody else's; what was changed is written down."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance import actions, audit, signin
from chalicelib.alliance.records import Member, Token, Unit
from tests.desk.conftest import FAR, HOME, NEIGHBOUR, STREET, Browser, Writer
from tests.desk.reading import Page

SignIn = Callable[[str], Browser]


@pytest.fixture
def lead(sign_in: SignIn) -> Browser:
    Member('chenjing', name='陈静', state='active', units=[HOME], roles=['lead'], mobile='13800000003').save()
    Member('liuyang', name='刘洋', state='active', units=[STREET], roles=['clerk']).save()
    actions.forget()
    return sign_in('chenjing')


@pytest.fixture
def admin(sign_in: SignIn) -> Browser:
    Member('admin', name='孙磊', state='active', units=['370202'], roles=['district_admin']).save()
    actions.forget()
    return sign_in('admin')


def changes(unit: str = HOME) -> list[tuple[str, str]]:
    return [(change.by_name, change.did) for change in audit.latest(unit, 20)]


def fields(page: Page, button: str) -> dict[str, str]:
    return page.pressed(button, {})[1]


def test_a_lead_sees_his_people_with_numbers_masked(lead: Browser) -> None:
    page = lead.get('/desk/unit')
    assert '王敏 工作人员' in page.text
    assert '138****0003' in page.text
    assert '13800000003' not in page.html
    assert '赵远' not in page.text  # of another unit
    assert page.links['本单位'] == '/desk/unit'


def test_a_clerk_finds_his_own_leave_and_no_management(clerk: Browser) -> None:
    page = clerk.get('/desk')
    assert '本单位' not in page.links
    assert page.links['我的休假'] == '/desk/unit/m/wangmin'
    assert '角色、停用' not in clerk.get('/desk/unit/m/wangmin').text
    for path in ('/desk/unit', '/desk/unit/hours', '/desk/unit/duty', '/desk/unit/m/liqiang'):
        clerk.get(path, 403)


@pytest.mark.parametrize('path', ('/desk/unit', '/desk/unit/hours', '/desk/unit/duty'))
def test_another_unit_is_not_the_leads(lead: Browser, path: str) -> None:
    lead.get(f'{path}?unit={NEIGHBOUR}', 403)
    lead.get(f'{path}?unit=nothing', 403)


def test_a_form_for_another_unit_changes_nothing(lead: Browser) -> None:
    before = Unit.get(NEIGHBOUR).serialize()
    form = fields(lead.get('/desk/unit/hours'), '保存')
    lead.post('/desk/unit/hours', 403, **(form | {'unit': NEIGHBOUR, 'phone': '0532-1234567'}))
    lead.post('/desk/unit/invite', 403, **(fields(lead.get('/desk/unit'), '生成邀请码') | {'unit': FAR, 'name': '赵'}))
    assert Unit.get(NEIGHBOUR).serialize() == before
    assert len(list(Member.scan())) == 6


def test_a_district_admin_looks_after_all_below(admin: Browser) -> None:
    assert '云霄路社区' in admin.get(f'/desk/unit?unit={FAR}').text
    admin.get('/desk/unit/m/zhaofar')
    page = admin.submit(admin.get(f'/desk/unit/hours?unit={FAR}'), '保存', phone='0532-8597 3567')
    assert '已保存' in page.text
    assert Unit.get(FAR).phone == '0532-8597 3567'


def test_an_invitation_is_shown_once_lets_in_and_is_written_down(lead: Browser, now: object) -> None:
    form = fields(lead.get('/desk/unit'), '生成邀请码') | {
        'name': '赵 欣',
        'mobile': '１３８ 0000 0006',
        'role.clerk': '1',
    }
    page = lead.post('/desk/unit/invite', **form)
    (code,) = re.findall(r'WL-\w{4}-\w{4}-\w{4}', page.html)
    assert signin.find_invitation(code, clock.now())
    again = lead.post('/desk/unit/invite', 409, **form)
    assert '刚才已经发出过' in again.text
    assert 'WL-' not in again.html
    (made,) = [member for member in Member.scan() if member.name == '赵 欣']
    assert (made.state, made.units, made.roles, made.mobile) == ('invited', [HOME], ['clerk'], '13800000006')
    assert changes() == [('陈静', '邀请 赵 欣（工作人员）')]
    assert code not in str([row.to_simple_dict() for row in Token.scan()])


@pytest.mark.parametrize(
    ('typed', 'field', 'said'),
    (
        ({'name': '', 'role.clerk': '1'}, 'name', '请写姓名，1 到 20 个字。'),
        ({'name': '赵欣', 'mobile': '123', 'role.clerk': '1'}, 'mobile', '手机号是 11 位数字'),
        ({'name': '赵欣'}, 'roles', '请至少选一个角色。'),
        ({'name': '赵欣', 'role.operator': '1'}, 'roles', '请至少选一个角色。'),
    ),
)
def test_what_cannot_be_invited_is_said_at_the_field_and_kept(
    lead: Browser, typed: dict[str, str], field: str, said: str
) -> None:
    form = {name: value for name, value in fields(lead.get('/desk/unit'), '生成邀请码').items() if '.' not in name}
    page = lead.post('/desk/unit/invite', 422, **(form | typed))
    assert said in page.text
    assert any(values.get('id') == f'wrong-{field}' for _, values in page.tags)
    assert f'value="{typed["name"]}"' in page.html
    assert len(list(Member.scan())) == 6


def test_who_is_suspended_is_out_at_once_and_comes_back(lead: Browser, clerk: Browser) -> None:
    page = lead.submit(lead.get('/desk/unit/m/wangmin'), '停用')
    assert '已停用' in page.text
    assert clerk.answer('/desk').status_code == 303
    lead.submit(page, '恢复')
    assert Member.get('wangmin').state == 'invited'  # these members never joined by a chat
    assert changes() == [('陈静', '恢复 王敏'), ('陈静', '停用 王敏')]


def test_roles_are_given_within_ones_own(lead: Browser) -> None:
    form = fields(lead.get('/desk/unit/m/wangmin'), '保存角色')
    lead.post('/desk/unit/m/wangmin', **(form | {'role.lead': '1', 'role.operator': '1', 'role.district_admin': '1'}))
    assert Member.get('wangmin').roles == ['lead']
    assert changes() == [('陈静', '王敏的角色：工作人员 → 负责人')]


@pytest.mark.parametrize(
    ('id', 'said'),
    (('liqiang', '也属于'), ('chenjing', '自己的角色和停用')),
)
def test_some_cannot_be_suspended_by_a_lead(lead: Browser, id: str, said: str) -> None:
    form = fields(lead.get('/desk/unit/m/wangmin'), '停用')
    page = lead.post(f'/desk/unit/m/{id}', 422, **(form | {'do': 'suspend'}))
    assert said in page.text
    assert Member.get(id).state == 'active'
    assert changes() == []


def test_a_clerk_enters_his_own_leave_and_the_stand_in_sees_his_units_until_it_ends(
    lead: Browser, clerk: Browser, sign_in: SignIn, residents: Writer
) -> None:
    ref = residents.write(text='楼道灯不亮')
    stand_in = sign_in('liuyang')
    assert '请先接过来' in stand_in.get(f'/desk/c/{ref}').text  # what his own street may, and no more
    today = clock.day(clock.now())
    page = clerk.submit(
        clerk.get('/desk/unit/m/wangmin'), '登记休假', leave_from=str(today), leave_until=str(today), stand_in='liuyang'
    )
    assert '刘洋替班' in page.text
    assert '回复居民' in stand_in.get(f'/desk/c/{ref}').text
    assert '仙游路社区' in stand_in.get('/desk').text
    assert '楼道灯不亮' in stand_in.get(f'/desk?unit={HOME}').text
    said = f'王敏休假 {today.month}月{today.day}日，替班 刘洋'
    assert (changes(), changes(STREET)) == ([('王敏', said)], [('王敏', said)])
    clock.move(timedelta(hours=4))  # past midnight
    assert '请先接过来' in stand_in.get(f'/desk/c/{ref}').text  # what his own street may, and no more


def test_a_leave_taken_back_ends_what_it_gave(lead: Browser, sign_in: SignIn, residents: Writer) -> None:
    ref, today = residents.write(text='x'), str(clock.day(clock.now()))
    page = lead.submit(
        lead.get('/desk/unit/m/wangmin'), '登记休假', leave_from=today, leave_until=today, stand_in='liuyang'
    )
    stand_in = sign_in('liuyang')
    assert '回复居民' in stand_in.get(f'/desk/c/{ref}').text
    lead.submit(page, '取消休假')
    assert '请先接过来' in stand_in.get(f'/desk/c/{ref}').text  # what his own street may, and no more


@pytest.mark.parametrize(
    ('typed', 'said'),
    (
        ({'leave_from': '2026-12-02', 'leave_until': '2026-12-01'}, '最后一天要不早于第一天。'),
        ({'leave_from': '2026-11-01', 'leave_until': '2026-11-02'}, '最后一天已经过去了。'),
        ({'leave_from': '', 'leave_until': '2026-12-01'}, '请写一个日期'),
        ({'leave_from': '2026-12-01', 'leave_until': '2030-12-01'}, '最长登记一年。'),
        ({'leave_from': '2026-12-01', 'leave_until': '2026-12-02', 'stand_in': 'zhaofar'}, '现在不能替班'),
        ({'leave_from': '2026-12-01', 'leave_until': '2026-12-02', 'stand_in': 'wangmin'}, '现在不能替班'),
    ),
)
def test_a_leave_that_cannot_be_is_said_at_the_field(lead: Browser, typed: dict[str, str], said: str) -> None:
    page = lead.submit(lead.get('/desk/unit/m/wangmin'), '登记休假', 422, **typed)
    assert said in page.text
    assert f'value="{typed["leave_until"]}"' in page.html
    assert Member.get('wangmin').leave_from is None


def test_hours_with_lunch_and_days_are_what_the_product_goes_by(lead: Browser) -> None:
    page = lead.get('/desk/unit/hours')
    assert fields(page, '保存')['w1.0.from'] == '08:30'
    page = lead.submit(
        page, '保存', **{'w6.0.from': '9:00', 'w6.0.to': '1130', 'off_days': '2026/10/1', 'phone': '0532-8597 3567'}
    )
    unit = Unit.get(HOME)
    assert unit.work == '1-5 08:30-12:00 13:30-17:30; 6 09:00-11:30'
    assert (unit.off_days, unit.phone) == (['2026-10-01'], '0532-8597 3567')
    assert '周六 09:00—11:30' in page.text
    (made,) = changes()
    assert '工作时间：照常 → 周一至周五 08:30—12:00、13:30—17:30；周六 09:00—11:30' in made[1]


def test_hours_that_were_not_changed_stay_unsaid(lead: Browser) -> None:
    assert '没有改动' in lead.submit(lead.get('/desk/unit/hours'), '保存').text
    assert Unit.get(HOME).work is None
    assert changes() == []


def test_wrong_hours_come_back_as_they_were_typed(lead: Browser) -> None:
    page = lead.submit(
        lead.get('/desk/unit/hours'), '保存', 422, **{'w2.0.from': '12:00', 'phone': '无', 'extra_days': '国庆'}
    )
    assert '周二 12:00—12:00：结束要晚于开始' in page.text
    assert any(values.get('id') == 'wrong-day2' for _, values in page.tags)
    assert '电话写数字' in page.text
    assert '「国庆」不是日期' in page.text
    assert fields(page, '保存')['w2.0.from'] == '12:00'
    assert fields(page, '保存')['phone'] == '无'
    assert Unit.get(HOME).phone is None


def test_two_who_change_the_hours_at_once_do_not_undo_each_other(lead: Browser, sign_in: SignIn) -> None:
    Member('second', name='第二', state='active', units=[HOME], roles=['lead']).save()
    actions.forget()
    other = sign_in('second')
    mine, theirs = lead.get('/desk/unit/hours'), other.get('/desk/unit/hours')
    other.submit(theirs, '保存', phone='0532-1111111')
    late = lead.submit(mine, '保存', 409, phone='0532-3333333')
    assert '有同事刚改过' in late.text
    assert fields(late, '保存')['phone'] == '0532-3333333'
    assert Unit.get(HOME).phone == '0532-1111111'


def test_only_a_district_names_who_gets_what_is_nobodys(lead: Browser, admin: Browser) -> None:
    assert '没有单位认领' not in lead.get('/desk/unit/hours').text
    admin.submit(admin.get('/desk/unit/hours'), '保存', responsible='liqiang')
    assert Unit.get('370202').responsible == 'liqiang'
    admin.submit(admin.get('/desk/unit/hours'), '保存', 422, responsible='wangmin')  # of no office of the district


def test_the_duty_list_is_edited_by_day_and_says_who_will_be_away(lead: Browser) -> None:
    typed = {'d1.0.from': '18:00', 'd1.0.to': '22:30', 'd1.0.a': 'wangmin', 'd1.0.b': 'chenjing', 'd6.0.from': '09:00',
             'd6.0.to': '11:30', 'x.day': '6', 'x.from': '18:00', 'x.to': '24:00', 'x.a': 'wangmin'}  # fmt: skip
    lead.submit(lead.get('/desk/unit/duty'), '保存', **typed)
    assert Unit.get(HOME).duty == '1 18:00-22:30 wangmin chenjing; 6 09:00-11:30; 6 18:00-24:00 wangmin'
    assert changes()[0][1] == ('值班表：无 → 周一 18:00—22:30 王敏、陈静；周六 09:00—11:30、18:00—24:00 王敏')
    lead.submit(lead.get('/desk/unit/m/wangmin'), '登记休假', leave_from='2026-11-28', leave_until='2026-11-28')
    assert '11月28日 王敏休假，没有替班人' in lead.get('/desk/unit/duty').text


def test_a_duty_given_to_a_stranger_is_refused(lead: Browser) -> None:
    typed = {'d1.0.from': '18:00', 'd1.0.to': '22:30', 'd1.0.a': 'zhaofar'}
    page = lead.submit(lead.get('/desk/unit/duty'), '保存', 422, **typed)
    assert '不是本单位的' in page.text
    assert Unit.get(HOME).duty is None


def test_every_page_can_be_listened_to_and_is_light(lead: Browser, admin: Browser) -> None:
    for number in range(20):
        Member(f'{number:012}', name=f'同事{number}', state='active', units=[HOME], roles=['clerk']).save()
    actions.forget()
    wrong = lead.submit(lead.get('/desk/unit'), '生成邀请码', 422, name='')
    pages = [lead.get(path) for path in ('/desk/unit', '/desk/unit/hours', '/desk/unit/duty', '/desk/unit/m/wangmin')]
    for page in [*pages, wrong, admin.get('/desk/unit')]:
        assert len(page.html.encode()) < 30_000, (page.path, len(page.html.encode()))
        assert len(page.all('h1')) == 1
        assert page.repeated_ids == []
        assert page.silent == []
        assert not page.all('script')
        assert not [values for _, values in page.tags if 'style' in values]
