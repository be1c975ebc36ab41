"""Danger is told from what sounds like it: measured on labelled sentences, all invented, all by the phrases' author.

tests/fixtures/kinds: `held_out` was written before the phrases (first score: 32 of 32 dangers, 1 false alarm in 64).
`tuned` came after them, in four turns, each to try the phrases again in other words, and they were mended by it: at
first 64 of 70, 27 of 40, 7 of 15 and 10 of 20 dangers were heard. `unseen` came last and nothing was mended by it:
11 of 15, and no false alarm in 15. That, not the known sentences, is what to expect of words nobody has thought of.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.inbox import classifying, kinds, phrases
from chalicelib.inbox.classifying import classify

SETS = Path(__file__).parents[1] / 'fixtures' / 'kinds'
LONG = ('今天路灯又坏了，楼道灯也不亮，请物业来人看看。垃圾桶满了没人收，车位被占，打电话没人接。' * 50)[:2000]


def labelled(name: str) -> list[tuple[str, str]]:
    lines = (SETS / f'{name}.tsv').read_text('utf-8').splitlines()
    return [(kind, text) for kind, _, text in (line.partition('\t') for line in lines if line and line[0] != '#')]


def missed(rows: list[tuple[str, str]]) -> list[str]:
    return [text for kind, text in rows if kind == kinds.DANGER and classify(text) != kind]


def false_alarms(rows: list[tuple[str, str]]) -> list[str]:
    return [text for kind, text in rows if kind != kinds.DANGER and classify(text) == kinds.DANGER]


def test_danger_is_heard_and_little_else_is_taken_for_it() -> None:
    rows = labelled('held_out') + labelled('tuned')
    dangers = sum(kind == kinds.DANGER for kind, _ in rows)
    not_heard, alarms = missed(rows), false_alarms(rows)
    sys.stdout.write(
        f'{dangers} dangers, missed: {not_heard}; {len(rows) - dangers} others, false alarms: {alarms}' + '\n'
    )
    assert len(rows) >= 250
    assert 1 - len(not_heard) / dangers >= 0.98
    assert len(alarms) / (len(rows) - dangers) <= 0.02


def test_of_other_words_for_danger_at_least_as_many_are_heard_as_ever() -> None:
    """Not a goal: it guards against a change that mends the known sentences at the cost of the rest."""
    rows = labelled('unseen')
    not_heard, alarms = missed(rows), false_alarms(rows)
    sys.stdout.write(f'missed: {not_heard}; false alarms: {alarms}' + '\n')
    assert len(not_heard) <= 4
    assert not alarms


def test_water_power_gas_and_heat_are_known_and_bills_are_not() -> None:
    rows = [(kind, text) for kind, text in labelled('held_out') + labelled('tuned') if kind != kinds.DANGER]
    wrong = [(kind, text) for kind, text in rows if classify(text) not in (kind, kinds.DANGER)]
    assert len(wrong) / len(rows) <= 0.02, wrong


def test_every_kind_that_comes_out_is_in_the_catalogue_of_kinds() -> None:
    assert kinds.kind(classify('停水了')).id == classifying.UTILITIES
    assert kinds.kind(classify('着火了')).urgent
    assert classify('') == classify('👍') == classify('1') == kinds.ORDINARY


@pytest.mark.parametrize(
    'text',
    [
        '着 火 了',
        '着，火，了',
        '着！火！了！',
        '著火了',
        '着火了🔥',
        ' 煤 气 漏 了',
        '燃氣洩漏',
        '煤汽泄露',
        'ｘ栋着火了',
        '救命' * 900,
    ],
)
def test_how_it_is_written_does_not_matter(text: str) -> None:
    assert classify(text) == kinds.DANGER


def test_danger_at_the_end_of_a_long_text_is_heard() -> None:
    assert classify(LONG) == kinds.ORDINARY
    assert classify(LONG + '。三楼着火了') == kinds.DANGER


def test_a_message_costs_less_than_the_answer_notices() -> None:
    """CPU time of this thread, the best of many: others share the machine."""
    classify(LONG)

    def best(text: str) -> float:
        return min(timed(lambda: classify(text)) for _ in range(200))

    sys.stdout.write(f'2 characters {best("你好") * 1e6:.0f} µs, 2,000 characters {best(LONG) * 1e6:.0f} µs' + '\n')
    assert best('你好') < 0.001
    assert best(LONG) < 0.002  # 0.8 ms was measured; a busy machine takes longer


def timed(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def test_a_phrase_is_tried_wherever_it_would_match() -> None:
    """Phrases are looked up by the words they need: every one of them against every sentence finds no more."""
    import tomllib

    found = tomllib.loads(Path(classifying.__file__).with_suffix('.toml').read_text('utf-8'))
    texts = [text for name in ('held_out', 'tuned', 'unseen') for _, text in labelled(name)]
    groups = [*found['danger'], found['utilities'], {'phrases': found['common']['unless']}]
    written = [phrase for group in groups for part in ('phrases', 'except', 'unless') for phrase in group.get(part, ())]
    tried = 0
    for phrase in written:
        alone = phrases.Phrases([phrase], found['words'])
        (one,) = {id(one): one for those in alone._by_pair.values() for one in those}.values()
        for text in texts:
            matches = [match.span() for match in one.pattern.finditer(text)]
            tried += bool(matches)
            assert [match.span() for match in alone.finditer(text, phrases.pairs(text))] == matches, (phrase, text)
    assert tried > 300


def test_a_phrase_without_a_word_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match='cannot do without'):
        phrases.Phrases(['(?:着火)?~'], {})
