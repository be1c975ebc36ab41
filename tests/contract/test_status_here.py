"""The status of a stage on the local AWS, which has no alarms, stacks or functions: that is said, and is no fault."""

import json
from datetime import date

import pytest

from ops import status


def test_what_is_not_here_needs_nobody(
    real_store: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import holidays, settings

    monkeypatch.setattr(holidays, 'known_until', lambda: date(2100, 12, 31))  # today is a December, now and then

    assert status.main(['--stage', settings.stage(), '--json']) == 0
    said = json.loads(capsys.readouterr().out)
    silent = {line['about'] for line in said['lines'] if line['state'] == 'not here'}
    assert silent == {'stack', 'version', 'alarms', 'last sweep'}
    assert {line['state'] for line in said['lines']} == {'not here', 'fine'}
