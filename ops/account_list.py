"""A file of the alliance's accounts: read, and checked as a whole before anything is written. TOML, or JSON.

    [[account]]
    id = "370202013001"
    …

What each field means is in ops/data/accounts.example.toml.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account
from chalicelib.wechat.credentials import Credentials
from ops import account_fields, secret_values
from ops.account_fields import FORMATS, KINDS, MODES, SECRETS
from ops.secret_values import Unfit

_NEEDED = ('id', 'name', 'unit', 'kind', 'app_id')
_TEXTS = (*_NEEDED, 'mode', 'original_id', *SECRETS)
_KEPT = ('name', 'unit', 'kind', 'mode', 'verified', 'original_id')
_CHOICES = {'kind': KINDS, 'mode': MODES}
_OTHERS = 0o077  # whoever is not the owner


class Entry(NamedTuple):
    """One account as the file has it; of the secrets those that are in the file."""

    fields: dict[str, Any]
    app_id: str
    secrets: dict[str, str]

    @property
    def id(self) -> str:
        return str(self.fields['id'])


def read(file: Path) -> list[Entry]:
    """Every account of the file; raises `Unfit` with all that is wrong, by the number and id of each account."""
    listed = _listed(file)
    problems = [f'{_place(number, said)}: {problem}' for number, said in listed for problem in _problems(said)]
    problems += _doubled(listed)
    if not problems and any(name in said for _, said in listed for name in SECRETS) and file.stat().st_mode & _OTHERS:
        problems.append(f'{file}: there are secrets in it, and others may read it; chmod 600 it')
    if problems:
        raise Unfit(*problems)
    entries = [_entry(said) for _, said in listed]
    if differing := [f'{entry.id}: {problem}' for entry in entries for problem in _differences(entry)]:
        raise Unfit(*differing)
    return entries


def _listed(file: Path) -> list[tuple[int, Any]]:
    try:
        text = file.read_text('utf-8')
        said = json.loads(text) if file.suffix == '.json' else tomllib.loads(text)
    except OSError as error:
        raise Unfit(f'{file}: {error.strerror}') from None
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f'{file}: not TOML {_where(str(error))}'.rstrip()) from None
    except ValueError as error:  # its own words may carry the text
        raise Unfit(f'{file}: not JSON, line {getattr(error, "lineno", "?")}') from None
    accounts = said.get('account') if isinstance(said, dict) else None
    if not isinstance(accounts, list) or not accounts or set(said) != {'account'}:
        raise Unfit(f'{file}: it must hold [[account]] tables and nothing else')
    return list(enumerate(accounts, 1))


def _where(words: str) -> str:
    """(at line 3, column 7), without what stands there."""
    return words[words.rfind('(') :] if '(' in words else ''


def _place(number: int, said: Any) -> str:
    id = said.get('id') if isinstance(said, dict) else None
    return f'account {number} ({id})' if isinstance(id, str) and id else f'account {number}'


def _problems(said: Any) -> Iterator[str]:
    if not isinstance(said, dict):
        yield 'not a table'
        return
    yield from (f'{name}: there is no such field' for name in said if name not in (*_TEXTS, 'verified'))
    yield from (f'{name}: missing' for name in _NEEDED if name not in said)
    texts = {name: said[name] for name in _TEXTS if name in said}
    yield from (f'{name}: must be a text, in quotes' for name, value in texts.items() if not isinstance(value, str))
    whole = {name: value for name, value in texts.items() if isinstance(value, str)}
    yield from secret_values.problems({name: value for name, value in whole.items() if name in FORMATS}, FORMATS)
    for name, choices in _CHOICES.items():
        if name in whole and whole[name] not in choices:
            yield f'{name}: one of {", ".join(choices)}'
    if not isinstance(said.get('verified', False), bool):
        yield 'verified: true or false, without quotes'
    if 'unit' in whole and actions.unit(whole['unit']) is None:
        yield f'unit: there is no unit {whole["unit"]}'


def _doubled(listed: Iterable[tuple[int, Any]]) -> Iterator[str]:
    for name in ('id', 'app_id', 'original_id'):
        seen: dict[str, int] = {}
        for number, said in listed:
            value = said.get(name) if isinstance(said, dict) else None
            if isinstance(value, str) and seen.setdefault(value, number) != number:
                yield f'{_place(number, said)}: {name}: account {seen[value]} has it already'


def _entry(said: Mapping[str, Any]) -> Entry:
    fields = {name: said[name] for name in ('id', *_KEPT) if name in said}
    usual = {'mode': 'safe', 'verified': False}
    return Entry(usual | fields, said['app_id'], {name: said[name] for name in SECRETS if name in said})


def _differences(entry: Entry) -> Iterator[str]:
    """What is there and says otherwise: a file adds, it does not change."""
    account, shared = actions.account(entry.id), account_fields.known(entry.id)
    if account:
        for name in _KEPT:
            there = getattr(account, name)
            if name in entry.fields and entry.fields[name] != there:
                yield f'{name}: is {_said(there)} already; change the file, or the account with `set`'
    if shared:
        if shared.app_id != entry.app_id:
            yield 'app_id: another one is stored'
        yield from (f'{name}: another one is stored' for name in entry.secrets if not _same(name, entry, shared))


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or 'not set')


def _same(name: str, entry: Entry, shared: Credentials) -> bool:
    stored = shared.aes_keys if name == 'aes_key' else (getattr(shared, name),)
    return entry.secrets[name] in stored


def row(entry: Entry) -> Account:
    return Account(**entry.fields)
