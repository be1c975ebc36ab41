"""Reads a page as a browser without styles would: its words, links, forms, and what helps those who listen to it."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {'meta', 'link', 'input', 'img', 'br', 'hr'}
SPOKEN = {'input', 'select', 'textarea'}


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)  # of several on offer


class Page(HTMLParser):
    """One parsed page. Hidden texts (title, style) are not among its words."""

    def __init__(self, html: str, path: str = '') -> None:
        super().__init__()
        self.html, self.path = html, path
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self.labelled: set[str] = set()
        self.unlabelled: list[str] = []
        self.open: list[tuple[str, dict[str, str]]] = []
        self._taking: list[str] = []
        self._select = ''
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or '' for name, value in attrs}
        self.tags.append((tag, values))
        if tag == 'form':
            self.forms.append(Form(values.get('action', ''), values.get('method', 'get')))
        if tag == 'label' and 'for' in values:
            self.labelled.add(values['for'])
        if tag in SPOKEN and values.get('type') not in ('hidden', 'submit'):
            inside = any(open_tag == 'label' for open_tag, _ in self.open)
            if not (inside or 'aria-label' in values):
                self.unlabelled.append(values.get('id', f'{tag} {values.get("name")}'))
        self._field(tag, values)
        if tag not in VOID:
            self.open.append((tag, values))
        if tag in ('a', 'button', 'textarea'):
            self._taking = []
        if tag == 'img':
            self._taking.append(values.get('alt', ''))

    def _field(self, tag: str, values: dict[str, str]) -> None:
        if not self.forms:
            return
        fields = self.forms[-1].fields
        if tag == 'input' and values.get('type') not in ('radio', 'checkbox', 'file'):
            fields[values['name']] = values.get('value', '')
        if tag == 'input' and 'checked' in values:
            self.forms[-1].chosen[values['name']] = values.get('value', '')
        if tag == 'select':
            self._select = values['name']
        if tag == 'option' and (self._select not in fields or 'selected' in values):
            fields[self._select] = values.get('value', '')

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f'</{tag}> closes nothing'
        opened, values = self.open.pop()
        assert opened == tag, f'<{opened}> is closed by </{tag}>'
        text = ''.join(self._taking)
        if tag == 'a':
            self.links[text.strip()] = values.get('href', '')
        if tag == 'button':
            self.forms[-1].buttons[text.strip()] = values
        if tag == 'textarea' and 'name' in values:
            self.forms[-1].fields[values['name']] = text.removeprefix('\n')

    def handle_data(self, data: str) -> None:
        self._taking.append(data)
        if not any(tag in ('title', 'style', 'option') for tag, _ in self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return ' '.join(' '.join(self.words).split())

    def all(self, tag: str, name: str = '') -> list[dict[str, str]]:
        return [
            values for found, values in self.tags if found == tag and name in ('', *values.get('class', '').split())
        ]

    @property
    def repeated_ids(self) -> list[str]:
        counts = Counter(values['id'] for _, values in self.tags if 'id' in values)
        return [name for name, count in counts.items() if count > 1]

    @property
    def silent(self) -> list[str]:
        """Fields nobody who listens would know the meaning of."""
        return [name for name in self.unlabelled if name not in self.labelled]

    def pressed(self, button: str, typed: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Where the button leads and what goes with it."""
        for form in self.forms:
            if button in form.buttons:
                values = form.buttons[button]
                own = {values['name']: values.get('value', '')} if 'name' in values else {}
                return values.get('formaction', form.action), {**form.fields, **typed, **own}
        raise AssertionError(f'no button {button!r} among {[b for form in self.forms for b in form.buttons]}')
