"""The files by which WeChat makes sure that a domain is ours: MP_verify_….txt at its root."""

from typing import TYPE_CHECKING

from chalicelib.alliance import verify_files
from chalicelib.web import render

if TYPE_CHECKING:
    from chalice.app import Response


def mp_verify(file: str) -> 'Response':
    """Only what an operator has kept (`ops.accounts verify-file`), or anybody could register our domain as theirs."""
    content = verify_files.find(file)
    if content is None:
        return render.plain('这里没有页面。', 404)
    return render.plain(content)
