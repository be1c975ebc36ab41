"""Whoever opens a resident's conversation is written down first; where that fails, nothing is shown."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.inbox.records import Media, Message
from chalicelib.privacy import actions as privacy
from tests.desk.conftest import HOME, RESIDENT, Browser, Writer
from tests.store_faults import Wire, throttled

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'


def test_opening_a_conversation_is_written_down_without_her_openid(clerk: Browser, residents: Writer) -> None:
    clerk.get(f'/desk/c/{residents.write(text="楼道灯不亮")}')
    (read,) = privacy.reads_of(ID, 5)
    assert (read.member, read.member_name, read.unit_name) == ('wangmin', '王敏', '仙游路社区')
    assert RESIDENT not in str(read.to_simple_dict())


def test_ten_minutes_of_one_member_are_one_look(sign_in: SignIn, residents: Writer) -> None:
    ref, clerk = residents.write(text='x'), sign_in('wangmin')
    clerk.get(f'/desk/c/{ref}')
    clerk.get(f'/desk/c/{ref}')
    sign_in('liqiang').get(f'/desk/c/{ref}')
    assert len(privacy.reads_of(ID, 5)) == 2
    clock.move(timedelta(minutes=10))
    clerk.get(f'/desk/c/{ref}')
    assert privacy.reads_of(ID, 5)[0].member == 'wangmin'
    assert len(privacy.reads_of(ID, 5)) == 3


def test_looking_at_the_list_is_no_look_at_her(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x')
    clerk.get('/desk')
    assert privacy.reads_of(ID, 5) == []


def test_one_who_may_not_see_her_has_not_seen_her(sign_in: SignIn, residents: Writer) -> None:
    sign_in('zhaofar').get(f'/desk/c/{residents.write(text="x")}', 403)
    assert privacy.reads_of(ID, 5) == []


def test_a_photo_opened_by_its_address_is_a_look(clerk: Browser, residents: Writer) -> None:
    residents.write('image', MediaId='m1')
    line = next(iter(Message.query(ID)))
    line.update([Message.media.set(Media(state='stored', object_key='in/photo.jpg'))])
    assert clerk.answer(f'/media/{line.ref}').status_code == 302
    assert len(privacy.reads_of(ID, 5)) == 1


@pytest.mark.parametrize('path', ['/desk/c/{ref}', '/media/{line}'])
def test_what_cannot_be_written_down_is_not_shown(clerk: Browser, residents: Writer, wire: Wire, path: str) -> None:
    ref = residents.write('voice', '楼道灯不亮', MediaId='m1')
    line = next(iter(Message.query(ID)))
    wire.meet('PutItem', *[throttled] * 10)
    page = clerk.get(path.format(ref=ref, line=line.ref), 500)
    assert '这一步没有办成' in page.text
    assert '楼道灯不亮' not in page.text


def test_a_photo_past_its_time_says_so_instead_of_a_broken_picture(clerk: Browser, residents: Writer) -> None:
    ref = residents.write('image', MediaId='m1', ago=timedelta(days=90))
    line = next(iter(Message.query(ID)))
    line.update([Message.media.set(Media(state='stored', object_key='in/photo.jpg'))])
    page = clerk.get(f'/desk/c/{ref}')
    assert '已过保存期' in page.text
    assert f'/media/{line.ref}' not in page.html
    assert clerk.answer(f'/media/{line.ref}').status_code == 404


def test_a_line_past_its_time_is_not_shown_though_the_store_has_it_still(clerk: Browser, residents: Writer) -> None:
    ref = residents.write('text', '早先的话', ago=timedelta(days=31))
    residents.write('text', '今天的话')
    line = next(line for line in Message.query(ID) if line.text == '早先的话')
    line.update([Message.forget_at.set(residents.now - timedelta(minutes=1)), Message.media.set(Media(state='stored'))])
    page = clerk.get(f'/desk/c/{ref}')
    assert '今天的话' in page.text
    assert '早先的话' not in page.text
    assert clerk.answer(f'/media/{line.ref}').status_code == 404
