"""Cold start is a feature: what `import app` loads, and what it costs beside Chalice and PynamoDB alone."""

import json
import statistics
import subprocess
import sys
import time

FLOOR = 'import chalice, pynamodb.models'
AIM = 1.25
# Over the aim by this much fails: the machines that run this are shared, and the exact figure is for the benchmarks.
NOISE = 1.12

# Third-party packages that `import app` may load: these four, and what they need themselves.
ALLOWED = {
    'chalice', 'pynamodb', 'botocore', 'cryptography', 'defusedxml',
    'typing_extensions', 'dateutil', 'six', 'jmespath', 'urllib3', 'cffi', '_cffi_backend',
}  # fmt: skip


def loaded() -> set[str]:
    script = 'import json, sys, app; print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))'
    names = set(json.loads(subprocess.check_output([sys.executable, '-c', script])))
    return {name for name in names if name not in sys.stdlib_module_names and not name.startswith('__')}


def seconds(statement: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, '-c', statement], check=True)
    return time.perf_counter() - began


def test_only_what_the_callback_needs_is_loaded() -> None:
    foreign = {name for name in loaded() if name not in {'app', 'chalicelib'} and not name.startswith('_')}
    assert foreign <= ALLOWED


def test_import_costs_little_more_than_chalice_and_pynamodb() -> None:
    seconds('import app'), seconds(FLOOR)  # bytecode on both sides
    pairs = [(seconds('import app'), seconds(FLOOR)) for _ in range(9)]
    ratio = statistics.median(ours / floor for ours, floor in pairs)
    assert ratio <= AIM * NOISE, f'import app costs {ratio:.2f} times the floor'
