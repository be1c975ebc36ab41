"""Hand a resident a copy of everything that is kept of her (PIPL art. 45): a page, the same as JSON, her files.

In the folder: index.html, to read and to print; data.json; media/. Look through it before it is handed over: residents
and colleagues may have written about others. Colleagues stand in it by unit and surname only, as in the chat. What is
not in it, and why, is in ops/kept.py. The folder is hers: delete it once she has it.
"""

import argparse
import json
import mimetypes
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from chalicelib import aws, clock, settings
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.objects import File
from chalicelib.privacy import rules
from chalicelib.web import render
from ops import command, copy_view, kept, residents
from ops.copy_view import Attached
from ops.kept import Kept
from ops.residents import Resident


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    try:
        return int(given.do(given))
    except residents.Unclear as unclear:
        return command.refuse(unclear.problems)


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('export', __doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    does = parser.add_subparsers(required=True, metavar='what')
    one = does.add_parser('one', help='everything of one resident, into a folder')
    residents.add_arguments(one)
    one.add_argument('--to', required=True, type=Path, metavar='FOLDER', help='a new or an empty folder')
    one.set_defaults(do=export)
    found = does.add_parser('find', help='account and openid of a conversation; here alone an openid is printed')
    found.add_argument(
        '--conversation', required=True, metavar='REF', help='the address of her page, …/desk/c/REF, or REF alone'
    )
    found.set_defaults(do=find)
    return parser


def find(given: argparse.Namespace) -> int:
    resident = residents.of_page(given.conversation)
    conversation = inbox.conversation(resident.conversation)
    if conversation is None:
        return command.refuse(['--conversation: there is no such conversation, or it was erased'])
    print('account', 'openid', 'resident', 'label', 'unit', sep='\t')
    units = command.unit_names([conversation.unit])
    hashed = rules.hashed(resident.conversation)[:16]
    print(resident.account, resident.openid, hashed, conversation.label, units, sep='\t')
    return 0


def export(given: argparse.Namespace) -> int:
    resident, now = residents.given_by(given), clock.now()
    if problems := [*command.without_bucket(), *_problems(given.to)]:
        return command.refuse(problems)
    found = kept.of(resident)
    if found.nothing:
        return command.refuse(['nothing is kept of this resident'])
    folder = Path(tempfile.mkdtemp(prefix='.weilin-', dir=given.to.absolute().parent))  # readable by its owner only
    try:
        names = _bring(found.files, folder)
        _write(folder, resident, found, names, now)
        folder.rename(given.to)  # complete, or not at all
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    rows = {table: len(rows) for table, rows in found.rows.items() if rows}
    told = ', '.join(f'{number} in {table}' for table, number in rows.items())
    print(f'exported: {told}; {len(names)} files; resident {rules.hashed(resident.conversation)[:16]}')
    print(f'Look through {given.to} before you hand it over, then delete it.')
    return 0


def _problems(folder: Path) -> list[str]:
    if folder.exists() and not (folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())):
        return [f'--to: {folder} is there already and not an empty folder']
    if not folder.absolute().parent.is_dir():
        return [f'--to: {folder.absolute().parent} is not there']
    return []


def _bring(files: Sequence[File], folder: Path) -> dict[str, Attached]:
    """Her files, each under its own name; one that the bucket has just dropped is left out."""
    names: dict[str, Attached] = {}
    s3 = aws.client('s3')
    for file in files:
        try:
            found = s3.get_object(Bucket=settings.media_bucket(), Key=file.key)
        except s3.exceptions.NoSuchKey:
            continue
        way, name = file.key.partition('/')[0], file.key.rpartition('/')[2]
        if '.' not in name:
            name += mimetypes.guess_extension(found['ContentType']) or ''
        path = f'media/{way}-{name}'
        with found['Body'] as body:
            _put(folder / path, body.read())
        shape = found['ContentType'].partition('/')[0]
        names[file.key] = Attached(path, shape if shape in ('image', 'audio', 'video') else '')
    return names


def _write(folder: Path, resident: Resident, found: Kept, names: dict[str, Attached], now: datetime) -> None:
    data = {
        'account': resident.account,
        'openid': resident.openid,
        'made_at': now.isoformat(),
        'tables': found.rows,
        'files': {key: attached.path for key, attached in names.items()},
        'not_given': dict(kept.NOT_GIVEN),
        'not_looked_through': dict(kept.NOT_LOOKED_THROUGH),
    }
    page = render.page('privacy/copy.html', copy=copy_view.document(resident, found, names, now)).body
    _put(folder / 'data.json', json.dumps(data, ensure_ascii=False, indent=1, default=float).encode())
    _put(folder / 'index.html', str(page).encode())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as file:
        file.write(content)


if __name__ == '__main__':
    sys.exit(main())
