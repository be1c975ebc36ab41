"""The part of a text that is shown around a find, and which of its characters are marked."""

import pytest

from chalicelib.desk.marking import excerpt


def shown(text: str, *words: str, most: int = 20) -> str:
    return ''.join(f'[{piece.words}]' if piece.found else piece.words for piece in excerpt(text, words, most))


@pytest.mark.parametrize(
    ('text', 'words', 'expected'),
    [
        ('楼上漏水了', ('漏水',), '楼上[漏水]了'),
        ('ＷｉＦｉ断了，wifi 呢', ('wifi',), '[ＷｉＦｉ]断了，[wifi] 呢'),
        ('漏漏漏', ('漏漏',), '[漏漏漏]'),
        ('三楼漏水', ('漏', '漏水'), '三楼[漏水]'),
        ('20㎡的房', ('m2',), '20[㎡]的房'),
        ('一行\n漏水\n\n二行', ('漏水',), '一行 [漏水] 二行'),
        ('没有', ('漏水',), '没有'),
        ('', ('漏水',), ''),
    ],
)
def test_every_find_is_marked_as_it_is_written(text: str, words: tuple[str, ...], expected: str) -> None:
    assert shown(text, *words) == expected


@pytest.mark.parametrize('before', [0, 5, 11, 12, 13, 19, 20, 100])
@pytest.mark.parametrize('after', [0, 1, 30])
def test_a_find_is_shown_wherever_it_stands_and_no_more_than_fits(before: int, after: int) -> None:
    found = shown('字' * before + '漏水' + '后' * after, '漏水')
    assert '[漏水]' in found
    assert len(found.strip('…').replace('[', '').replace(']', '')) <= 20
    assert found.startswith('…') == (not found.startswith('字' * before + '['))
    assert found.endswith('…') == (not found.endswith(']' + '后' * after))
