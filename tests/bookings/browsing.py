"""A resident's browser at the pages of bookings: follows redirects, keeps cookies, fills in forms as they stand."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, words


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._text: list[str] | None = None
        self._open: tuple[str, dict[str, str]] = ('', {})
        self._in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or '' for name, value in attrs}
        if tag == 'form':
            self.forms.append(Form(found['action']))
            self._in_form = True
        elif tag == 'input' and self._in_form and (found.get('type') != 'radio' or 'checked' in found):
            self.forms[-1].fields[found['name']] = found.get('value', '')
        elif tag in ('textarea', 'button', 'a'):
            self._open, self._text = (tag, found), []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == 'form':
            self._in_form = False
        if tag != self._open[0] or self._text is None:
            return
        words, (_, found) = ''.join(self._text), self._open
        if tag == 'textarea':
            self.forms[-1].fields[found['name']] = words.removeprefix('\n')
        elif tag == 'button':
            self.forms[-1].buttons.append((found.get('name', ''), found.get('value', ''), words.strip()))
        else:
            self.links.append((found.get('href', ''), words.strip()))
        self._text = None


@dataclass
class Browser:
    client: Client
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    text: str = ''
    path: str = ''
    headers: dict[str, Any] = field(default_factory=dict)

    def open(self, path: str) -> 'Browser':
        return self._ask('GET', path)

    def post(self, path: str, fields: dict[str, str]) -> 'Browser':
        return self._ask('POST', path, urlencode(fields).encode())

    def tap(self, words: str, **typed: str) -> 'Browser':
        """A button by its words, with the form it stands in."""
        form, (name, value, _) = self.find(words)
        pressed = {name: value} if name else {}
        return self.post(form.action, {**form.fields, **typed, **pressed})

    def find(self, words: str) -> tuple[Form, tuple[str, str, str]]:
        for form in self.forms:
            for button in form.buttons:
                if words in button[2]:
                    return form, button
        raise AssertionError(f'no button {words}: {self.words}')

    def follow(self, words: str) -> 'Browser':
        return self.open(next(unescape(href) for href, said in self._read().links if words in said))

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    @property
    def words(self) -> str:
        return ' '.join(re.sub(r'<[^>]+>', ' ', self.text).split())

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    def _ask(self, method: str, path: str, body: bytes = b'') -> 'Browser':
        for _ in range(4):
            headers = {'Content-Type': 'application/x-www-form-urlencoded'} if method == 'POST' else {}
            if self.cookies:
                headers['Cookie'] = '; '.join(f'{name}={value}' for name, value in self.cookies.items())
            answer = self.client.http.request(method, path, headers=headers, body=body)
            self._keep(answer.headers)
            self.status, self.path, self.headers = answer.status_code, path, dict(answer.headers)
            self.text = answer.body.decode()
            if self.status != 303:
                break
            method, path, body = 'GET', answer.headers['Location'], b''
        return self

    def _keep(self, headers: Any) -> None:
        lines = headers.get('Set-Cookie', [])
        for line in [lines] if isinstance(lines, str) else lines:
            name, _, value = line.partition(';')[0].partition('=')
            self.cookies[name] = value
