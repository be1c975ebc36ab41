"""What the callback imports of this room loads nothing slow."""

import subprocess
import sys

import pytest

CALLBACK = ('envelope', 'message', 'passive', 'limits', 'credentials', 'errors', 'client')


def loaded(*modules):
    """Top-level packages in a fresh interpreter that imported these modules."""
    code = f'import sys, {", ".join(modules)}; print(*{{name.split(".")[0] for name in sys.modules}})'
    return set(subprocess.run([sys.executable, '-c', code], check=True, capture_output=True, text=True).stdout.split())


def test_callback_side_loads_nothing_slow():
    ours = loaded(*(f'chalicelib.wechat.{name}' for name in CALLBACK))
    assert 'defusedxml' in ours
    assert not ours & {'requests', 'wechatpy', 'boto3', 'botocore', 'jinja2', 'cryptography', 'pynamodb', 'chalice'}


@pytest.mark.parametrize('package', ('requests', 'wechatpy'))
def test_what_the_test_above_would_notice(package):
    assert package in loaded('chalicelib.wechat.api')
