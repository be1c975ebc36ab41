"""CloudFormation takes the template: cfn-lint on what we write, in all its forms, and on what AWS makes of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.stack import built, transformed

LINT = (sys.executable, '-c', 'from cfnlint.runner import main; main()')
# Where it may hold residents, and where it may be shown. What one region has not, the other may have.
CHINA, ABROAD = 'cn-north-1', 'us-east-1'


def in_china() -> dict[str, Any]:
    return built('prod', tracing=False)


def for_a_trial() -> dict[str, Any]:
    """Deleted with all it holds, and without TLS, as on the local AWS."""
    return built('test', tls=False)


@pytest.mark.parametrize(
    ('template', 'region'), [(in_china, CHINA), (for_a_trial, ABROAD), (transformed, CHINA)],
    ids=['in China', 'a trial abroad', 'as AWS reads it'],
)  # fmt: skip
def test_cfn_lint_finds_nothing(tmp_path: Path, template: Any, region: str) -> None:
    written = tmp_path / 'template.json'
    written.write_text(json.dumps(template(), indent=1))
    said = subprocess.run([*LINT, '--regions', region, '--', str(written)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, '', '')
