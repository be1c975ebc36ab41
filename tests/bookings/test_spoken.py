"""What residents write in words: times among those that are free, where to come, whom to ring."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import spoken
from chalicelib.bookings.spoken import Told
from chalicelib.clock import BEIJING

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=BEIJING)  # a Wednesday
FREE = [
    datetime(2026, 11, 25, tzinfo=BEIJING) + timedelta(days=day, hours=hour, minutes=minute)
    for day in range(14)
    for hour in range(8, 18)
    for minute in (0, 30)
]


def meant(said: str) -> list[str] | None:
    found = spoken.moments(said, FREE, NOW)
    return None if found is None else [f'{at:%m-%d %H:%M}' for at in found]


@pytest.mark.parametrize(
    ('said', 'at'),
    [
        ('周六9点', '11-28 09:00'),
        ('周六 ９：３０', '11-28 09:30'),
        ('下周六上午十点半', '12-05 10:30'),
        ('明天下午3点', '11-26 15:00'),
        ('明天3点', '11-26 15:00'),  # nobody comes at three in the night
        ('后天下午两点', '11-27 14:00'),
        ('大后天中午12点吧', '11-28 12:00'),
        ('11月30日8点30分', '11-30 08:30'),
        ('12月1号上午8点', '12-01 08:00'),
        ('30号14:00', '11-30 14:00'),
        ('星期天早上8点可以', '11-29 08:00'),
        ('周一下午四点半', '11-30 16:30'),
    ],
)
def test_one_time(said: str, at: str) -> None:
    assert meant(said) == [at]


def test_what_names_several_names_all_of_them() -> None:
    assert len(meant('周六') or []) == 20
    assert len(meant('周六上午') or []) == 8
    assert meant('周六中午') == ['11-28 11:00', '11-28 11:30', '11-28 12:00', '11-28 12:30']
    assert meant('周三9点') == ['11-25 09:00', '12-02 09:00']  # on a Wednesday: which of them?
    assert len(meant('9点') or []) == 14


@pytest.mark.parametrize('said', ['周六晚上8点', '周六9点20', '12月31日9点', '2月30日9点', '2月29日9点', '周六25点'])
def test_a_time_that_nobody_has_is_no_time(said: str) -> None:
    assert not meant(said)


@pytest.mark.parametrize(
    'said',
    [
        '',
        '1',
        '0',
        '可以',
        '周六9点楼道停电',
        '师傅周六9点没来',
        '我9点去',
        '三号楼',
        '3',
        '9',
        '谢谢',
        '十十点',
        '周八',
    ],
)
def test_what_is_not_a_time_as_a_whole_is_none(said: str) -> None:
    assert meant(said) is None


@pytest.mark.parametrize(
    ('said', 'found'),
    [
        ('仙游路15号3号楼2单元501，13800000009', Told('13800000009', '仙游路15号3号楼2单元501')),
        ('电话：138 0000 0009 地址：仙游路 15 号', Told('138 0000 0009', '仙游路 15 号')),
        ('138-0000-0009\n仙游路15号', Told('138-0000-0009', '仙游路15号')),
        ('+86 13800000009，我家在仙游路十五号', Told('13800000009', '仙游路十五号')),
        ('仙游路15号 0532-80000001', Told('0532-80000001', '仙游路15号')),
        ('仙游路15号 80000001', Told('80000001', '仙游路15号')),
        ('13800000009', Told('13800000009', '')),
        ('仙游路15号2单元501', Told('', '仙游路15号2单元501')),
        ('闽江路 15-2-501 １３８０００００００９', Told('13800000009', '闽江路 15-2-501')),
    ],
)
def test_a_number_anywhere_and_the_rest_is_the_address(said: str, found: Told) -> None:
    assert spoken.told(said) == found


@pytest.mark.parametrize(
    'said',
    [
        '', '谢谢', '3号楼水管漏了 13800000009', '您几点来？', '13800000009 给我回个话', '楼道灯不亮',
        '仙游路15号' + '很长' * 60,        '3号楼2单元停电 13800000009',
        '138000000091234567', '我要投诉3号楼', '1',
    ],
)  # fmt: skip
def test_what_may_be_something_else_is_none(said: str) -> None:
    assert spoken.told(said) is None


@pytest.mark.parametrize(
    ('address', 'short'),
    [
        ('仙游路 15 号 3 号楼 2 单元 501', '仙游路15号3号楼…'),
        ('仙游路15号501', '仙游路15号…'),
        ('仙游路', '仙游路'),
        ('很长很长很长很长很长的一个小区名字9号楼', '很长很长很长很长很长的一个小…'),
    ],
)
def test_an_address_is_shortened_to_its_building(address: str, short: str) -> None:
    assert spoken.shortened(address) == short
