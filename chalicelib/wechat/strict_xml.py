"""XML read strictly: no DOCTYPE, no entities, no stray text; and every character kept, also those XML cannot carry.

WeChat puts what a resident typed into CDATA unchanged, control characters included, and expat refuses those. So they go
through the parser spelled out as `ESCAPE` and six hexadecimal digits, and come back as themselves afterwards.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Characters that XML 1.0 has no way to write.
_FORBIDDEN = '\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff'

_CANNOT_CARRY = re.compile(f'[{_FORBIDDEN}]')
_ESCAPE = '\U0010fffd'  # for private use; where it is in the text itself, it is spelled out too
_TO_ESCAPE = re.compile(f'[{_FORBIDDEN}{_ESCAPE}\r]')
# Only what `_TO_ESCAPE` finds: a character reference can counterfeit the escape, but nothing that is no character.
_ESCAPED = re.compile(f'{_ESCAPE}(0000(?:0[0-8b-f]|1[0-9a-f])|00fff[ef]|10fffd)')
# A parser turns \r into \n, so within CDATA it is spelled out; elsewhere it only separates elements.
_WHERE_TO_ESCAPE = re.compile(rf'<!\[CDATA\[.*?(?:]]>|\Z)|[{_FORBIDDEN}{_ESCAPE}]', re.DOTALL)

_BLANK = ' \t\r\n'
_DEEPEST = 8  # WeChat's deepest, PUBLISHJOBFINISH, has five levels


class Malformed(Exception):
    """This is not XML as WeChat writes it; the message says why, without contents."""


class Node(NamedTuple):
    """An element: `text` exactly as it was sent, or `children`."""

    name: str
    text: str
    children: tuple['Node', ...]


def parse(xml: bytes) -> Node:
    """The root element of `xml`."""
    try:
        root = fromstring(_escaped(xml.decode()), forbid_dtd=True)
    except UnicodeDecodeError:
        raise Malformed('not UTF-8') from None
    except DefusedXmlException:
        raise Malformed('a DOCTYPE or an entity') from None
    except ParseError:
        raise Malformed('not XML') from None
    return _node(root, 1)


def carriable(words: str) -> str:
    """`words` without what WeChat cannot carry back: XML has no way to write it, its JSON none without \\u escapes."""
    return _CANNOT_CARRY.sub('', words)


def _escaped(xml: str) -> str:
    return _WHERE_TO_ESCAPE.sub(lambda place: _TO_ESCAPE.sub(_spelled_out, place[0]), xml)


def _spelled_out(found: re.Match[str]) -> str:
    return f'{_ESCAPE}{ord(found[0]):06x}'


def _restored(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _node(element: 'Element', level: int) -> Node:
    if level > _DEEPEST:
        raise Malformed('nested too deep')
    if len(element) == 0:
        return Node(element.tag, _restored(element.text or ''), ())
    if any((text or '').strip(_BLANK) for text in (element.text, *(child.tail for child in element))):
        raise Malformed('stray text between elements')
    return Node(element.tag, '', tuple(_node(child, level + 1) for child in element))
