"""`python -m ops.export`: nothing that is kept of a resident is missing from her copy, and nothing else is in it."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pynamodb.attributes import (
    Attribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)

from chalicelib.deadlines import rules as deadline_rules
from chalicelib.inbox.records import Message
from chalicelib.privacy import rules
from ops import export, kept, tables
from tests.conftest import NOW
from tests.door import ACCOUNT, HOME, RESIDENT
from tests.privacy.conftest import ID, WORDS, Life, life  # noqa: F401

HASHED = rules.hashed(ID)
DUE = deadline_rules.key('chase', ID, NOW)
# What makes a row hers, or readable at all; everything else of it is planted.
HERS: dict[str, dict[str, Any]] = {
    'Conversation': {'id': ID},
    'Message': {'conversation': ID, 'key': '1764000000#1', 'way': 'in', 'state': 'sent'},
    'Counter': {},
    'Read': {'resident': HASHED},
    'Search': {'resident': 'search#wangmin'},
    'Forgotten': {'resident': HASHED},
    'Deadline': {'shard': deadline_rules.shard(ID), 'place': DUE, 'key': DUE},
    'Alert': {'about': ID},
    'Target': {},
    'Token': {'key': f'chat#{ID}', 'kind': 'chat'},
    'Draft': {'key': 'draft#1', 'kind': 'draft', 'conversation': HASHED},
    'GuestLink': {},
    'Resident': {'id': ID},
    'Member': {'account': ACCOUNT, 'openid': RESIDENT, 'units': [HOME]},
    'AccountEvent': {'account': ACCOUNT, 'raw': f'<openid>{RESIDENT}</openid> PLANTED account-events.raw'},
    'Booking': {'conversation': ID, 'state': 'done', 'starts_at': None},
    'Contact': {'booking': 'PLANTED bookings.id', 'conversation': ID},
    'Day': {},
    'Passing': {},
    'Guesses': {'key': 'guesses#1'},
    'Change': {},
    'Unit': {},
    'Account': {},
    'Telling': {'conversation': ID, 'state': 'sent'},
    'Subscription': {'conversation': ID},
    'Activity': {},
    'Category': {},
    'Item': {},
    'Crew': {},
}


@pytest.fixture
def planted(alliance: None) -> None:
    """In each text of each table that can be hers, its own name."""
    for model in tables.models():
        values = {name: plant(f'{table(model)}.{name}', one) for name, one in model.get_attributes().items()}
        model(**{name: value for name, value in (values | HERS[model.__name__]).items() if value is not None}).save()


def table(model: Any) -> str:
    return str(model.Meta.table)


def plant(name: str, attribute: Attribute[Any]) -> Any:
    if isinstance(attribute, VersionAttribute):
        return None
    if isinstance(attribute, UnicodeAttribute):
        return f'PLANTED {name}'
    if isinstance(attribute, JSONAttribute):
        return {'planted': f'PLANTED {name}'}
    if isinstance(attribute, ListAttribute):
        of = attribute.element_type
        return [of(**inner(name, of))] if of and issubclass(of, MapAttribute) else [f'PLANTED {name}']
    if isinstance(attribute, MapAttribute):
        return inner(name, type(attribute))
    if isinstance(attribute, UTCDateTimeAttribute | TTLAttribute):
        return NOW
    return attribute.default() if callable(attribute.default) else attribute.default or 1


def inner(name: str, of: Any) -> dict[str, Any]:
    return {part: plant(f'{name}.{part}', one) for part, one in of.get_attributes().items()}


def texts(name: str, attribute: Attribute[Any]) -> Iterator[str]:
    """The names of all texts in it."""
    if isinstance(attribute, ListAttribute) and attribute.element_type:
        if issubclass(attribute.element_type, MapAttribute):
            for part, one in attribute.element_type.get_attributes().items():
                yield from texts(f'{name}.{part}', one)
        else:
            yield name
    elif isinstance(attribute, MapAttribute):
        for part, one in type(attribute).get_attributes().items():
            yield from texts(f'{name}.{part}', one)
    elif isinstance(attribute, UnicodeAttribute | JSONAttribute):
        yield name


def withheld(name: str) -> bool:
    parts = name.split('.')
    return any('.'.join(parts[:length]) in kept.NOT_GIVEN for length in (1, 2))


def run(*words: str) -> int:
    return export.main(['--stage', 'test', *words])


def export_one(to: Path) -> tuple[dict[str, Any], str]:
    assert run('one', '--account', ACCOUNT, '--openid', RESIDENT, '--to', str(to)) == 0
    return json.loads((to / 'data.json').read_text()), (to / 'index.html').read_text()


def test_every_text_that_can_be_hers_is_in_her_copy_or_has_a_reason_not_to_be(planted: None, tmp_path: Path) -> None:
    data, page = export_one(tmp_path / 'copy')
    given = json.dumps(data['tables'], ensure_ascii=False)
    for model in tables.models():
        for name, attribute in model.get_attributes().items():
            whole = f'{table(model)}.{name}'
            if withheld(whole):
                continue
            assert any(name in row for row in data['tables'][table(model)]) or attribute.null, whole
            if name in HERS[model.__name__] or name in kept.COLLEAGUES:
                continue
            for text in texts(whole, attribute):
                assert f'PLANTED {text}' in given, f'{text} is neither in the export nor in NOT_GIVEN'
    for name in kept.NOT_GIVEN:
        assert f'PLANTED {name}' not in given + page


def test_every_reason_is_about_something_that_exists() -> None:
    there = {table(model) for model in tables.models()}
    there |= {f'{table(model)}.{name}' for model in tables.models() for name in model.get_attributes()}
    assert set(kept.NOT_GIVEN) <= there


def test_colleagues_stand_in_it_by_unit_and_surname(life: Life, tmp_path: Path) -> None:  # noqa: F811
    data, page = export_one(tmp_path / 'copy')
    for told in (json.dumps(data['tables'], ensure_ascii=False), page):
        assert '王敏' not in told
        assert 'wangmin' not in told
    assert '仙游路社区 王姓工作人员' in page
    assert [row['member_name'] for row in data['tables']['reads']] == ['王姓工作人员']


def test_the_page_says_what_was_said_and_shows_what_was_sent(life: Life, tmp_path: Path) -> None:  # noqa: F811
    data, page = export_one(tmp_path / 'copy')
    assert page.count(WORDS) >= 5  # her words, her place, the note, the answer that is kept, the remark
    assert '2036年11月23日' in page
    assert '还没有发出' in page
    assert '办理中的内部记录' in page
    files = sorted(path.name for path in (tmp_path / 'copy' / 'media').iterdir())
    assert len(files) == 5  # a photo and a voice, each with what plays, and an upload that was never sent
    assert all(f'media/{name}' in page for name in files)
    assert all((tmp_path / 'copy' / path).read_text() == WORDS for path in data['files'].values())


def test_what_she_wrote_is_text_and_never_markup(life: Life, tmp_path: Path) -> None:  # noqa: F811
    life.writes(text='<script>alert(1)</script>')
    _, page = export_one(tmp_path / 'copy')
    assert '&lt;script&gt;' in page
    assert '<script' not in page


def test_only_its_owner_can_read_the_folder(life: Life, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / 'copy').mkdir(mode=0o755)
    export_one(tmp_path / 'copy')
    for path in [tmp_path / 'copy', *(tmp_path / 'copy').rglob('*')]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_what_is_printed_names_nobody(life: Life, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    export_one(tmp_path / 'copy')
    told = capsys.readouterr().out
    assert HASHED[:16] in told
    assert RESIDENT not in told
    assert WORDS not in told


def test_a_folder_with_something_in_it_is_refused_and_left_alone(
    life: Life,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / 'other').write_text('x')
    assert run('one', '--account', ACCOUNT, '--openid', RESIDENT, '--to', str(tmp_path)) == 2
    assert 'not an empty folder' in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ['other']


def test_what_fails_on_the_way_leaves_nothing_behind(
    life: Life,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, '_write', lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run('one', '--account', ACCOUNT, '--openid', RESIDENT, '--to', str(tmp_path / 'copy'))
    assert list(tmp_path.iterdir()) == []


def test_of_whom_nothing_is_kept_there_is_nothing_to_hand_over(
    alliance: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run('one', '--account', ACCOUNT, '--openid', 'oNobody', '--to', str(tmp_path / 'copy')) == 2
    assert 'nothing is kept' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_of_one_who_was_erased_only_the_ledger_is_left(
    life: Life,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life.leaves()
    life.run()
    data, page = export_one(tmp_path / 'copy')
    assert {name for name, rows in data['tables'].items() if rows} == {'reads', 'forgotten'}
    assert WORDS not in page
    assert '您取消了关注' in page


def test_a_link_that_lets_in_one_of_the_staff_is_not_handed_out(life: Life, tmp_path: Path) -> None:  # noqa: F811
    Message(ID, '1764000000#9', at=NOW, way='in', kind='private', answer='https://weilin/login/link/secret').save()
    data, page = export_one(tmp_path / 'copy')
    assert 'login/link' not in page + json.dumps(data)


@pytest.mark.parametrize(
    'address', [f'{ACCOUNT}.{RESIDENT}', f'https://w.example/api/desk/c/{ACCOUNT}.{RESIDENT}?a=1#m']
)
def test_a_conversation_is_found_by_the_address_of_its_page(
    life: Life,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    address: str,
) -> None:
    assert run('find', '--conversation', address) == 0
    row = capsys.readouterr().out.splitlines()[1].split('\t')
    assert row[:3] == [ACCOUNT, RESIDENT, HASHED[:16]]
    assert run('find', '--conversation', f'{ACCOUNT}.oNobody') == 2


def test_it_can_be_named_by_that_address_too(life: Life, tmp_path: Path) -> None:  # noqa: F811
    assert run('one', '--conversation', f'{ACCOUNT}.{RESIDENT}', '--to', str(tmp_path / 'copy')) == 0
