"""What every page carries: headers, links with the stage, escaped words; and the site's own file."""

import re
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib import address
from chalicelib.inbox import objects
from chalicelib.web import render, session
from tests.conftest import forget
from tests.desk.reading import Page

STYLE = Path(render.__file__).parent / 'static' / 'style.css'


class Visitor(NamedTuple):
    csrf: str = 'token'
    path: str = '/desk'
    big: bool = False


@pytest.fixture(autouse=True)
def _settings(environment: pytest.MonkeyPatch) -> None:
    pass


def policy() -> dict[str, list[str]]:
    text = render.error(404, '没有找到', 'x').headers['Content-Security-Policy']
    return {rule.split()[0]: rule.split()[1:] for rule in str(text).split(';')}


def test_every_page_forbids_scripts_frames_and_guessing() -> None:
    headers = render.error(404, '没有找到', 'x').headers
    assert headers['Cache-Control'] == 'no-store'
    assert headers['X-Content-Type-Options'] == 'nosniff'
    assert headers['Referrer-Policy'] == 'same-origin'
    assert policy()['default-src'] == ["'none'"]
    assert policy()['style-src'] == ["'self'"]
    assert policy()['frame-ancestors'] == ["'none'"]
    assert 'script-src' not in policy()


@pytest.mark.parametrize('region', ['cn-north-1', 'eu-central-1'])
def test_photos_may_come_from_and_go_to_the_bucket_the_links_name(environment: pytest.MonkeyPatch, region: str) -> None:
    environment.setenv('AWS_REGION', region)
    forget()
    link, form = objects.link('in/a', 'image/jpeg'), objects.upload_form('image', 'out/a', 'http://127.0.0.1:8000/desk')
    assert link.startswith(render.media_origin() + '/')
    assert form.url.startswith(render.media_origin() + '/')
    for rule in ('img-src', 'media-src', 'form-action'):
        assert render.media_origin() in policy()[rule]


def test_on_this_machine_the_local_stand_in_is_allowed(environment: pytest.MonkeyPatch) -> None:
    environment.setenv('WEILIN_AWS_ENDPOINT', 'http://127.0.0.1:4566/')
    forget()
    assert render.media_origin() == 'http://127.0.0.1:4566'
    assert objects.link('in/a', 'image/jpeg').startswith('http://127.0.0.1:4566/')


def test_links_carry_the_stage(environment: pytest.MonkeyPatch) -> None:
    environment.setenv('WEILIN_BASE_URL', 'https://x.execute-api.cn-north-1.amazonaws.com.cn/api')
    page = Page(str(render.error(404, '没有找到', 'x', back=('/desk', '回去'), visitor=Visitor()).body))
    assert page.links['回去'] == '/api/desk'
    assert page.links['大字'] == '/api/big?to=/desk'
    assert page.all('link', '')[-1]['href'].startswith('/api/static/style.css?v=')
    assert render.redirect('/desk').headers['Location'] == '/api/desk'


def test_an_error_gives_back_what_was_typed_escaped() -> None:
    typed = '</textarea><script>alert(1)</script>\r\n第二行'
    page = Page(str(render.error(403, '没有提交成功', '过期', typed=[typed, ''], next_step='请重试').body))
    assert not page.all('script')
    assert len(page.all('textarea')) == 1
    assert '<script>alert(1)</script>' in ''.join(page.words)


def test_a_mistake_in_a_template_is_an_error_not_a_gap() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render.page('web/error.html', title='x')


def test_the_style_is_kept_for_a_year_under_an_address_of_its_contents() -> None:
    answer = render.static('style.css')
    assert 'max-age=31536000' in str(answer.headers['Cache-Control'])
    assert answer.headers['Content-Type'] == 'text/css; charset=utf-8'
    assert answer.body == STYLE.read_text()
    assert len(answer.body) < 10_000


@pytest.mark.parametrize('name', render.PICTURES)
def test_a_picture_is_small_and_draws_in_one_colour(name: str) -> None:
    answer = render.static(f'{name}.svg')
    assert answer.headers['Content-Type'] == 'image/svg+xml'
    assert len(answer.body) < 1_000
    assert set(re.findall(r'#[0-9a-f]{3,6}', answer.body)) == {'#0b6e4f'}
    assert 'script' not in answer.body


def test_only_listed_files_are_served(store: None) -> None:
    from chalice.test import Client

    import app

    with Client(app.app) as client:
        assert client.http.get('/static/style.css').status_code == 200
        for name in ('nothing.css', '..', '%2e%2e%2frender.py', 'base.html'):
            assert client.http.get(f'/static/{name}').status_code == 404


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    digits = colour.lstrip('#')
    digits = ''.join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (linear(int(digits[start : start + 2], 16)) for start in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_words_can_be_read_on_every_paper() -> None:
    declared = STYLE.read_text().partition(':root{')[2].partition('}')[0]
    colours = dict(pair.strip('-').split(':') for pair in declared.split(';'))
    for words in ('ink', 'soft', 'brand', 'late', 'soon', 'ok'):
        for paper in ('paper', 'ground', 'mine', 'note'):
            assert contrast(colours[words], colours[paper]) >= 4.5, (words, paper)
    assert contrast(colours['brand'], '#fff') >= 4.5  # the header and the main button
    assert contrast(colours['edge'], colours['paper']) >= 3  # borders of fields


def test_cookies_are_bound_to_the_site(environment: pytest.MonkeyPatch) -> None:
    environment.setenv('WEILIN_BASE_URL', 'https://desk.example.cn/api')
    line = session.cookie(session.SESSION, 'abc', timedelta(hours=12))
    assert line == 'weilin_session=abc; Path=/api; Max-Age=43200; HttpOnly; SameSite=Lax; Secure'
    assert 'Max-Age=0' in session.no_cookie(session.SESSION)


def test_on_this_machine_cookies_travel_without_https() -> None:
    assert address.base_url().startswith('http:')
    line = session.cookie(session.BIG, '1', timedelta(days=1))
    assert 'Secure' not in line
    assert 'Path=/;' in line
