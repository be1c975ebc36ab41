"""The status of a stage on the local AWS, which has no alarms, stacks or functions: that is said, and is no fault."""

import json

import pytest

from ops import status


def test_what_is_not_here_needs_nobody(real_store: None, capsys: pytest.CaptureFixture[str]) -> None:
    from chalicelib import settings

    assert status.main(['--stage', settings.stage(), '--json']) == 0
    said = json.loads(capsys.readouterr().out)
    silent = {line['about'] for line in said['lines'] if line['state'] == 'not here'}
    assert silent == {'stack', 'version', 'alarms', 'last sweep'}
    assert {line['state'] for line in said['lines']} == {'not here', 'fine'}
