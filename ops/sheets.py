"""Files people keep lists in: CSV as Excel opens and saves it, and JSON. Read as text, by line and column.

Excel turns 12 digits into 3.70202E+11, and a cell that begins with = or + into a formula: such cells are written with a
tab in front, which Excel takes as text and which is dropped when the file is read. Chinese Excel may save in GB 18030.
"""

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ops.secret_values import Unfit

FORMATS = ('csv', 'json')
TEXT, PLAIN, LIST = 'text', 'plain', 'list'  # as typed; ASCII to be; several of them, apart by spaces
_CARE = re.compile(r'[=+\-@]|\d+$')
_MANGLED = re.compile(r'\d(\.\d+)?E\+\d+')


class Row(NamedTuple):
    """One line of the file; `cells` holds the columns that are in it, and no others."""

    place: str  # line 3, or entry 3
    cells: dict[str, str]


class Step(NamedTuple):
    """One change, in words, and what carries it out."""

    words: str
    do: Callable[[], None]


def read(file: Path, form: str, columns: Mapping[str, str]) -> list[Row]:
    """Raises `Unfit` with all that is wrong with the file as such."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Unfit(f'{file}: {error.strerror}') from None
    rows = _from_csv(_text(content)) if form == 'csv' else _from_json(file, _text(content))
    problems = [] if rows else [f'{file}: there is nothing in it']
    if unknown := dict.fromkeys(name for row in rows for name in row.cells if name not in columns):
        problems += [f'{rows[0].place}: {name or "(no name)"}: there is no such column; there are {", ".join(columns)}'
                     for name in unknown]  # fmt: skip
    if problems:
        raise Unfit(*problems)
    cleaned = [Row(row.place, {name: _clean(columns[name], cell) for name, cell in row.cells.items()}) for row in rows]
    problems = [
        f'{row.place}: {name}: a spreadsheet has turned it into a number; make the column text and enter it again'
        for row in cleaned
        for name, cell in row.cells.items()
        if columns[name] != TEXT and _MANGLED.fullmatch(cell)
    ]
    if problems or (problems := list(_ids(cleaned))):
        raise Unfit(*problems)
    return cleaned


def write(file: Path, form: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A new file that only its owner can read; one that is there stays."""
    text = _csv(columns, rows) if form == 'csv' else json.dumps(list(rows), ensure_ascii=False, indent=1) + '\n'
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as out:
            out.write(text.encode('utf-8-sig' if form == 'csv' else 'utf-8'))
    except OSError as error:
        raise Unfit(f'{file}: {error.strerror}') from None


def _text(content: bytes) -> str:
    try:
        return content.decode('utf-8-sig')
    except UnicodeDecodeError:
        return content.decode('gb18030', 'replace')


def _from_csv(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=''))
    header = [name.strip() for name in next(reader, [])]
    rows, problems = [], []
    if doubled := {name for name in header if header.count(name) > 1}:
        problems.append(f'line 1: {", ".join(sorted(doubled))}: the column is there twice')
    begins = reader.line_num + 1
    for cells in reader:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            problems.append(f'line {begins}: more cells than columns')
        elif any(cell.strip() for cell in cells):
            rows.append(Row(f'line {begins}', dict(zip(header, cells, strict=False))))
        begins = reader.line_num + 1
    if problems:
        raise Unfit(*problems)
    return rows


def _from_json(file: Path, text: str) -> list[Row]:
    try:
        said = json.loads(text)
    except ValueError as error:
        raise Unfit(f'{file}: not JSON, line {getattr(error, "lineno", "?")}') from None
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise Unfit(f'{file}: it must hold a list of objects')
    return [
        Row(f'entry {number}', {name: _as_text(value) for name, value in one.items()})
        for number, one in enumerate(said, 1)
    ]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ' '.join(str(one) for one in value)
    return '' if value is None else str(value)


def _clean(kind: str, cell: str) -> str:
    """Full-width digits and letters count as plain ones, but in text they stay."""
    return cell.strip() if kind == TEXT else unicodedata.normalize('NFKC', cell).strip()


def _ids(rows: Sequence[Row]) -> Iterable[str]:
    seen: dict[str, str] = {}
    for row in rows:
        id = row.cells.get('id', '')
        if not id:
            yield f'{row.place}: id: missing'
        elif seen.setdefault(id, row.place) != row.place:
            yield f'{row.place}: id: {seen[id]} has it already'


def _csv(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO(newline='')
    writer = csv.writer(out, lineterminator='\r\n')
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_careful(_as_text(row.get(name))) for name in columns])
    return out.getvalue()


def _careful(cell: str) -> str:
    return f'\t{cell}' if _CARE.match(cell) else cell


def several(cell: str) -> list[str]:
    """The parts of a LIST cell, however they are set apart."""
    return list(dict.fromkeys(part for part in re.split(r'[\s,;、]+', cell) if part))


def a_day(text: str) -> str:
    """2026/10/1, as Excel writes it, as 2026-10-01; what is no such thing stays as it is."""
    shape = re.fullmatch(r'(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})', text)
    return f'{shape[1]}-{int(shape[2]):02}-{int(shape[3]):02}' if shape else text
