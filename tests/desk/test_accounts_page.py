"""各号情况: whose accounts are shown, in which order, what is not known, and the clerk's word that it was published."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account, Unit
from chalicelib.insight import publishing, records, rules
from tests.desk.conftest import FAR, HOME, NEIGHBOUR, STREET, Browser, WeChat, Writer
from tests.store_faults import Wire

SignIn = Callable[[str], Browser]
DAY = timedelta(days=1)


def account(id: str) -> Account:
    found = alliance.account(id)
    assert found
    return found


def order(page_text: str, *names: str) -> list[str]:
    return sorted(names, key=page_text.index)


def test_the_worst_stands_first_and_what_is_unknown_is_said_to_be(sign_in: SignIn, now: datetime) -> None:
    for number, days in ((1, 13), (2, 8), (3, 1)):
        id = f'a{number}'
        Account(id, name=f'公众号{number}', kind='subscription', verified=True, unit=HOME).save()
        alliance.forget()
        publishing.published(account(id), now - days * DAY, rules.LIST, now)
    records.put_counts('a3', 3, 0)
    records.put_counted(now)
    records.put_answered('a3', '2026-11-21')
    page = sign_in('liqiang').get('/desk/accounts')
    assert order(page.text, '公众号1', '公众号2', '云霄路社区', '公众号3') == [
        '公众号1',
        '公众号2',
        '云霄路社区',
        '公众号3',
    ]
    assert '5 个公众号，2 个超过一周没有发布记录' in page.text
    assert '公众号1 13 天前 微信发布列表' in page.text
    assert '公众号3 1 天前 微信发布列表 记发布 2 天前 0 位 3 位' in page.text
    assert '云霄路社区 不知道 记发布 不知道 不知道 不知道' in page.text


def test_counts_of_long_ago_are_not_known(sign_in: SignIn, now: datetime) -> None:
    records.put_counts(FAR, 3, 2)
    records.put_counted(now - timedelta(hours=1))
    page = sign_in('zhaofar').get('/desk/accounts')
    assert '云霄路社区 不知道 记发布 不知道 不知道 不知道' in page.text
    assert '等待的人数现在不知道' in page.text


def test_why_nothing_newer_may_be_known_is_said(sign_in: SignIn, now: datetime) -> None:
    def refused(row: records.Activity) -> bool:
        row.trouble = 'not_granted'
        return True

    publishing.change(account(FAR), refused, now)
    Account('plain', name='未认证号', kind='subscription', verified=False, unit=FAR).save()
    alliance.forget()
    text = sign_in('zhaofar').get('/desk/accounts').text
    assert '本号没有读取发布记录的权限' in text
    assert '本号未认证，读不到发布记录' in text


def test_each_sees_the_accounts_of_her_units_and_below(sign_in: SignIn) -> None:
    text = sign_in('zhaofar').get('/desk/accounts').text
    assert '云霄路社区' in text
    assert '仙游路社区' not in text
    assert '您的单位和下级没有公众号。' in sign_in('nobody').get('/desk/accounts').text
    everything = sign_in('liqiang').get('/desk/accounts')  # of the district as well
    assert '仙游路社区' in everything.text
    assert '各号情况' in everything.links
    assert '各号情况' not in sign_in('wangmin').get('/desk').links


def test_a_clerk_says_it_was_published(sign_in: SignIn, now: datetime) -> None:
    browser = sign_in('wangmin')
    page = browser.submit(browser.get('/desk/accounts'), '已在后台发布')
    assert '已记下这次发布' in page.text
    assert '今日 王敏 今日 22:10 记' in page.text
    row = records.activity(HOME)
    assert row
    assert (row.source, row.ticked_by, row.ticked_name) == ('tick', 'wangmin', '王敏')
    assert row.silence_key
    assert '没有改动' in browser.submit(browser.get('/desk/accounts'), '已在后台发布', on='2026-11-20').text


@pytest.mark.parametrize(
    ('on', 'said'),
    [
        ('2026-11-24', '发布的日期不能在今天以后。'),
        ('2026-09-01', '只能补记六十天以内的发布。'),
        ('', '请填写发布的日期。'),
        ('11月23日', '请填写发布的日期。'),
    ],
)
def test_a_day_that_cannot_be_is_refused(clerk: Browser, on: str, said: str) -> None:
    assert said in clerk.submit(clerk.get('/desk/accounts'), '已在后台发布', 422, on=on).text
    assert records.activity(HOME) is None


def test_nobody_speaks_for_another_units_account(clerk: Browser) -> None:
    _, fields = clerk.get('/desk/accounts').pressed('已在后台发布', {'account': FAR})
    clerk.post('/desk/accounts', 403, **fields)
    clerk.post('/desk/accounts', 403, **{**fields, 'account': HOME, 'csrf': 'x'})
    assert records.everything().by_account == {}


def test_a_chosen_account_gets_the_form(sign_in: SignIn) -> None:
    page = sign_in('liqiang').get(f'/desk/accounts?tick={FAR}')
    assert '云霄路社区：记一次发布' in page.text
    own = sign_in('zhaofar').get(f'/desk/accounts?tick={HOME}')  # her only one, whatever is asked for
    assert own.pressed('已在后台发布', {})[1]['account'] == FAR


def test_an_answer_is_seen_on_the_page(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    ref = residents.write(text='楼道灯不亮')
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='已报修。')
    row = records.activity(HOME)
    assert row
    assert row.answered_on == '2026-11-23'


def test_what_did_not_go_out_is_no_answer(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    ref = residents.write(text='楼道灯不亮')
    wechat.code = 50002
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='已报修。')
    assert records.activity(HOME) is None


def test_a_reply_costs_no_more_requests_but_the_first_of_the_day(
    clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    asked = []
    for number in range(2):
        ref = residents.write(text='楼道灯不亮', openid=f'oResident00000000000000000{number}')
        path, fields = clerk.get(f'/desk/c/{ref}').pressed('已答复', {'text': '已报修。'})
        wire = Wire()
        clerk.post_only(path, **fields)
        asked.append(wire.requests())
    assert asked == [5, 4]


def test_a_district_of_66_accounts_is_one_read_and_less_than_thirty_kilobytes(sign_in: SignIn, now: datetime) -> None:
    for number in range(64):
        id = f'3702020990{number:02}'
        Unit(id, name=f'八大关街道太平角社区{number}', kind='community', parent=STREET).save()
        Account(id, name=f'八大关街道太平角社区{number}', kind='subscription', verified=True, unit=id).save()
        records.put_counts(id, 12, 3)
        records.put_answered(id, '2026-11-01')
        records.Activity(id).update([
            records.Activity.published_at.set(now - 9 * DAY), records.Activity.source.set('tick'),
            records.Activity.ticked_name.set('欧阳建国'), records.Activity.ticked_at.set(now - 9 * DAY),
            records.Activity.trouble.set('not_granted'),
        ])  # fmt: skip
    records.put_counted(now)
    alliance.forget()
    browser = sign_in('liqiang')
    browser.get('/desk/accounts')
    wire = Wire()
    page = browser.get('/desk/accounts')
    assert wire.sent == {'GetItem': 1, 'Scan': 1}  # the session, the table
    assert page.text.count(' 记发布 ') == 66
    assert len(page.html.encode()) < 30_000
    assert NEIGHBOUR not in page.html
