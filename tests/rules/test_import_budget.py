"""Cold start is a feature: what `import app` loads, and what it costs beside Chalice and PynamoDB alone."""

import json
import resource
import subprocess
import sys

FLOOR = 'import chalice, pynamodb.models'
# The aim is 1.25, and the exact figure is for `benchmarks.imports` on a quiet machine. This guards against accidents on
# any machine: boto3, requests or Jinja2 on the callback's path would add 0.4 to 1.0.
MOST = 1.7

# What `import app` may load besides Chalice, PynamoDB and what they bring.
ALLOWED = {'cryptography', 'cffi', '_cffi_backend', 'defusedxml'}


def foreign(statement: str) -> set[str]:
    script = f'import json, sys\n{statement}\nprint(json.dumps([name.partition(".")[0] for name in sys.modules]))'
    names = set(json.loads(subprocess.check_output([sys.executable, '-c', script])))
    return names - sys.stdlib_module_names - {'__main__', '__mp_main__', 'app', 'chalicelib'}


def seconds(statement: str) -> float:
    """CPU time of a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, '-c', statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_only_what_the_callback_needs_is_loaded() -> None:
    assert foreign('import app') - foreign(FLOOR) <= ALLOWED


def test_import_costs_little_more_than_chalice_and_pynamodb() -> None:
    seconds('import app'), seconds(FLOOR)  # bytecode on both sides
    ours, floor = zip(*[(seconds('import app'), seconds(FLOOR)) for _ in range(9)], strict=True)
    ratio = min(ours) / min(floor)  # the least disturbed run of each
    assert ratio <= MOST, f'import app costs {ratio:.2f} times the floor'
