"""The menu that `ops.menu` sets is what phones show, and every button of it is answered."""

import json
from datetime import datetime

import pytest

from chalicelib.wechat import limits
from ops import menu
from tests.door import ACCOUNT
from tests.house import open_house


def test_phones_cut_off_no_name() -> None:
    for button in json.loads(menu.MENU.read_text())['button']:
        assert len(button['name']) <= limits.MENU_NAME_SHOWN
        assert all(len(below['name']) <= limits.MENU_SUB_NAME_SHOWN for below in button.get('sub_button', []))


def test_every_button_is_answered_without_a_clock(
    alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    with open_house(monkeypatch, now) as house:
        house.says('你好')
        assert menu.main(['--stage', 'test', '--all']) == 0
        shown = house.world.state.accounts[ACCOUNT].menu
        assert shown == json.loads(menu.MENU.read_text())
        since = house.conversation.waiting_since
        for button in (leaf for top in shown['button'] for leaf in top.get('sub_button', [top])):
            before = len(house.reads())
            house.world.click('lin', ACCOUNT, button['key'])
            house.world.wait_idle(10)
            words = house.reads()[before].text
            assert '仙游路社区' in words or '没有预约' in words
        assert house.conversation.waiting_since == since


def test_an_unknown_account_is_said_and_the_others_are_set(
    alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_house(monkeypatch, now) as house:
        assert menu.main(['--stage', 'test', '--account', 'nowhere', '--account', ACCOUNT]) == 1
        assert house.world.state.accounts[ACCOUNT].menu
    assert 'nowhere: not set' in capsys.readouterr().err
