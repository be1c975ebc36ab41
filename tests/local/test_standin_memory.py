"""What the stand-in remembers from one run to the next."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.standin.memory import State
from local.standin.world import World
from tests.local.stage import Callback, Clock, add_account


def open_world(folder: Path, clock: Clock, callback: Callback) -> World:
    world = World(folder, clock.now, clock.move)
    add_account(world, 'xianyou', callback)
    world.add_person('li', '李阿姨', follows=['xianyou'])
    return world


def test_a_second_world_finds_chats_media_allowances_and_tokens(tmp_path: Path, callback: Callback) -> None:
    clock = Clock()
    first = open_world(tmp_path, clock, callback)
    number = first.send_text('li', 'xianyou', '楼道灯不亮 😀 \x08')
    first.send_image('li', 'xianyou', b'\xff\xd8photo')
    first.add_person('wang', '王先生', 'staff')
    first.follow('wang', 'xianyou', 'sq:1')
    first.state.accounts['xianyou'].menu = {'button': []}
    ticket = first.ticket('xianyou', 'sq:1')
    first.wait_idle(10)
    first.close()

    second = open_world(tmp_path, clock, callback)
    assert second.state == first.state
    assert second.chat('li', 'xianyou') == first.chat('li', 'xianyou')
    photo = second.chat('li', 'xianyou')[1].media_id
    assert photo
    assert second.shelf.content(photo) == b'\xff\xd8photo'
    assert second.usable_media('xianyou', photo)
    assert second.ticket('xianyou', 'sq:1') == ticket
    assert second.send_text('li', 'xianyou', '还没亮') > number
    second.close()


def test_settings_are_renewed_and_who_left_stays_away(tmp_path: Path, callback: Callback) -> None:
    first = open_world(tmp_path, Clock(), callback)
    first.unfollow('li', 'xianyou')
    first.wait_idle(10)
    first.close()
    second = open_world(tmp_path, Clock(), callback)
    add_account(second, 'xianyou', callback, name='仙游路', mode='plain')
    assert (second.state.accounts['xianyou'].name, second.state.accounts['xianyou'].mode) == ('仙游路', 'plain')
    assert not second.chat_state('li', 'xianyou').following
    second.close()


def test_a_clock_put_forward_stays_so(tmp_path: Path, callback: Callback) -> None:
    clock = Clock()
    first = open_world(tmp_path, clock, callback)
    first.move(timedelta(hours=47))
    first.close()
    restarted = Clock()
    open_world(tmp_path, restarted, callback).close()
    assert restarted.at == clock.at == datetime(2026, 11, 25, 13, 10, tzinfo=UTC)


def test_changes_reach_the_file_without_closing(tmp_path: Path, callback: Callback) -> None:
    world = open_world(tmp_path, Clock(), callback)
    world.send_text('li', 'xianyou', '楼道灯不亮')
    world.wait_idle(10)
    world.wait_saved(10)
    kept = json.loads((tmp_path / 'world.json').read_text())
    assert [line['text'] for line in kept['chats']['li@xianyou']['lines']] == ['楼道灯不亮']
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ['world.json']
    world.close()


def test_a_state_of_an_older_kind_is_still_read(tmp_path: Path, callback: Callback) -> None:
    (tmp_path / 'world.json').write_text(
        '{"last_id": 7, "forgotten": true, "people": {"li": {"id": "li", "name": "李"}}}'
    )
    world = World(tmp_path, Clock().now, Clock().move)
    assert world.state.last_id == 7
    assert world.state.people['li'].role == 'resident'
    assert world.state.chats == State().chats
    world.close()


def test_without_a_folder_nothing_is_written(tmp_path: Path, callback: Callback, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    world = World(None, Clock().now, Clock().move)
    add_account(world, 'xianyou', callback)
    world.add_person('li', '李阿姨', follows=['xianyou'])
    world.send_image('li', 'xianyou', b'photo')
    world.wait_idle(10)
    world.close()
    assert list(tmp_path.iterdir()) == []
