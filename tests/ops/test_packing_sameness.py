"""The same sources give the same package, wherever they lie; a change gives another."""

import json
import zipfile
from pathlib import Path

from ops.packing import archive, build
from tests import packed


def test_another_folder_and_nothing_kept_give_the_same(tmp_path: Path) -> None:
    again = build.build(packed.CPU, packed.clone(tmp_path / 'clone'), tmp_path / 'cache')
    assert again.code != packed.built().code
    assert (again.code_hash, again.layer_hash, again.sam) == (
        packed.built().code_hash,
        packed.built().layer_hash,
        packed.built().sam,
    )


def test_hashes_are_of_the_files() -> None:
    assert (packed.built().code_hash, packed.built().layer_hash) == (
        archive.digest(packed.built().code),
        archive.digest(packed.built().layer),
    )


def test_a_changed_handler_changes_its_own_entries_alone(tmp_path: Path) -> None:
    root = packed.clone(tmp_path)
    (root / 'chalicelib' / 'hours.py').open('a').write('\nCHANGED = True\n')
    changed = packed.build_of(root)
    assert changed.layer == packed.built().layer
    assert changed.code_hash != packed.built().code_hash
    with zipfile.ZipFile(packed.built().code) as before, zipfile.ZipFile(changed.code) as after:
        differ = {entry.filename for entry in after.infolist() if entry.CRC != before.getinfo(entry.filename).CRC}
        assert differ == {'chalicelib/hours.py', packed.bytecode_of('chalicelib/hours.py')}


def test_a_changed_setting_changes_the_template(tmp_path: Path) -> None:
    root = packed.clone(tmp_path)
    path = root / '.chalice' / 'config.json'
    config = json.loads(path.read_text())
    config['lambda_functions']['sweep'] = {'lambda_timeout': 61}
    path.write_text(json.dumps(config))
    changed = packed.build_of(root)
    assert changed.sam['Resources']['Sweep']['Properties']['Timeout'] == 61
    assert packed.built().sam['Resources']['Sweep']['Properties']['Timeout'] != 61
