"""Our log as Lambda writes it, read line by line."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.log_lines import Lines


class Written(logging.Handler):
    """Takes everything there is, from every logger, in the form it has in Lambda."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Lines())
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text]

    def said(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line['message'] == message]


@contextmanager
def written(level: int = logging.DEBUG) -> Iterator[Written]:
    root, handler = logging.getLogger(), Written()
    ours = logging.getLogger('weilin')
    before = root.level, ours.level
    root.setLevel(level)
    ours.setLevel(level)
    root.addHandler(handler)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        ours.setLevel(before[1])
