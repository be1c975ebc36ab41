"""Every error code that WeChat may answer has a reaction, and words a clerk can act on."""

import re

import pytest

from chalicelib.wechat.errors import REACTIONS, Action, Failed, NotSent, OutcomeUnknown, Refused, TooLarge, reaction


@pytest.mark.parametrize(
    ('action', 'codes'),
    (
        (Action.REFRESH_TOKEN, (40001, 40014, 42001)),
        (Action.TRY_LATER, (-1, 45009, 45011)),
        (Action.RESIDENT_GONE, (40003, 46004, 50005, 43004)),
        (Action.WINDOW_CLOSED, (45015, 45047)),
        (Action.DROP, (43019, 48002, 43101)),
        (Action.FIX_CONTENT, (45002, 45008, 40004, 40012, 40033, 47001, 47003, 65301, 65317)),
        (Action.UPLOAD_AGAIN, (40007,)),
        (Action.AUTHORISE_AGAIN, (40029, 40163, 42003)),
        (Action.STOP, (41001, 40125, 40013, 40243, 40164, 61004, 45035, 45028, 48001, 48004, 50002, 61007)),
    ),
)
def test_each_code_asks_for_its_action(action: Action, codes: tuple[int, ...]) -> None:
    assert {code: reaction(code).action for code in codes} == dict.fromkeys(codes, action)


@pytest.mark.parametrize('code', (1, 99999, 65300, 65318))
def test_unknown_code_stops_and_says_so(code: int) -> None:
    assert reaction(code).action is Action.STOP
    assert '原因不明' in reaction(code).words


def test_every_action_is_asked_for() -> None:
    assert {one.action for one in REACTIONS.values()} == set(Action)


@pytest.mark.parametrize('code', (*REACTIONS, 99999))
def test_the_clerk_reads_what_happened_and_what_comes_next(code: int) -> None:
    words = reaction(code).words
    assert re.fullmatch('[\u4e00-\u9fff0-9 ，。；、（）]+。', words), 'plain Chinese, whole sentences, no codes'
    assert len(words) <= 60
    assert re.search('请(过|再|改|换|打|告)', words), 'says what to do next'
    assert re.search('没有|不让|不出去|不能|已用完', words), 'says that it did not go out'


def test_refusal_says_code_and_rid_and_nothing_else() -> None:
    refused = Refused(45015, '6543-ab')
    assert str(refused) == '45015 outside the 48 hours, or not following, rid 6543-ab'
    assert refused.reaction is reaction(45015)
    assert str(Refused(7, None)) == '7 undocumented, rid none'


def test_every_end_of_a_call_is_a_failure() -> None:
    assert {Refused, NotSent, OutcomeUnknown, TooLarge} == set(Failed.__subclasses__())
