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

# What `import app` may load besides Chalice, PynamoDB and what they bring.
ALLOWED = {'cryptography', 'cffi', '_cffi_backend', 'defusedxml'}


def foreign(statement: str) -> set[str]:
    script = f'import json, sys\n{statement}\nprint(json.dumps([name.partition(".")[0] for name in sys.modules]))'
    names = set(json.loads(subprocess.check_output([sys.executable, '-c', script])))
    return names - sys.stdlib_module_names - {'__main__', '__mp_main__', 'app', 'chalicelib'}


def seconds(statement: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, '-c', statement], check=True)
    return time.perf_counter() - began


def test_only_what_the_callback_needs_is_loaded() -> None:
    assert foreign('import app') - foreign(FLOOR) <= ALLOWED


def test_import_costs_little_more_than_chalice_and_pynamodb() -> None:
    seconds('import app'), seconds(FLOOR)  # bytecode on both sides
    pairs = [(seconds('import app'), seconds(FLOOR)) for _ in range(9)]
    ratio = statistics.median(ours / floor for ours, floor in pairs)
    assert ratio <= AIM * NOISE, f'import app costs {ratio:.2f} times the floor'
