"""The page that says what is kept: for everybody, from the one table."""

import pytest
from chalice.test import Client

from chalicelib import retention
from chalicelib.privacy import rules
from tests.door import HOME


@pytest.fixture
def page(alliance: None) -> str:
    return shown(f'?unit={HOME}')


def shown(query: str = '', cookies: str = '') -> str:
    import app

    with Client(app.app) as client:
        answer = client.http.get(f'/privacy{query}', headers={'Cookie': cookies})
    assert answer.status_code == 200
    return str(answer.body.decode())


def test_every_kind_stands_there_with_why_how_long_since_when_and_on_what_ground(page: str) -> None:
    assert len(retention.SHOWN) >= 6
    for kind in retention.SHOWN:
        for words in (kind.name, kind.why, rules.spoken_lasting(kind.lasts), kind.since, kind.basis):
            assert words in page


def test_it_says_how_to_ask_and_delete_and_whom_to_turn_to(page: str) -> None:
    for words in ('我的信息', '谁看过我的信息', '删除我的信息', '仙游路社区'):
        assert words in page


def test_an_unknown_unit_is_not_repeated(alliance: None) -> None:
    assert 'evil' not in shown('?unit=evil')


def test_it_can_be_read_large(page: str) -> None:
    assert 'class="big"' not in page
    assert 'class="big"' in shown(f'?unit={HOME}', 'weilin_big=1')


def test_it_fits_a_phone_and_runs_no_script(page: str, chromium: object) -> None:
    from chalicelib.web import render

    view = chromium.new_page(viewport={'width': 390, 'height': 800})  # type: ignore[attr-defined]
    view.set_content(page.replace('</head>', f'<style>{render._static_text("style.css")}</style></head>'))
    assert view.evaluate('document.documentElement.scrollWidth') == 390
    view.close()
    assert '<script' not in page


@pytest.mark.parametrize(('days', 'words'), [(365, '1 年'), (1095, '3 年'), (90, '90 天'), (400, '400 天')])
def test_spans_are_told_in_years_or_days(days: int, words: str) -> None:
    from datetime import timedelta

    assert rules.spoken_lasting(timedelta(days=days)) == words
