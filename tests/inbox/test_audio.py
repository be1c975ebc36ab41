"""Voice that WeChat sends becomes voice that browsers play, and hostile or broken files harm nothing."""

import random
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import av
import pytest

from chalicelib.inbox import audio, formats

MEDIA = Path(__file__).parents[1] / 'fixtures' / 'media'
VOICES = ('voice.amr', 'voice.spx', 'voice.speex')
SECONDS = 3.0


def sample(name: str) -> bytes:
    return (MEDIA / name).read_bytes()


def heard(content: bytes, container: str) -> tuple[float, int, list[float]]:
    """Length, channels and loudness over time of a sound, by a decoder that does not know how it was made."""
    with av.open(BytesIO(content), format=container) as opened:
        stream = opened.streams.audio[0]
        to_numbers = av.AudioResampler('s16', 'mono', 8000, frame_size=800)
        frames = list(opened.decode(stream))
        parts = [part for frame in [*frames, None] for part in to_numbers.resample(frame)]
        length = sum(frame.samples / frame.sample_rate for frame in frames)
        loudness = [max(memoryview(bytes(part.planes[0])).cast('h')[: part.samples]) / 32768 for part in parts]
        return length, stream.codec_context.channels, loudness


@pytest.mark.parametrize('name', VOICES)
def test_a_voice_becomes_mp3_of_the_same_length(name: str) -> None:
    playable = audio.to_mp3(sample(name))
    length, channels, loudness = heard(playable.content, 'mp3')
    assert formats.recognise(playable.content) == formats.MP3
    assert playable.seconds == pytest.approx(SECONDS, rel=0.05)
    assert length == pytest.approx(SECONDS, rel=0.05)
    assert channels == 1
    assert max(loudness) == pytest.approx(9000 / 32768, rel=0.35), 'as loud as it was spoken'
    assert min(loudness[5:25]) < 0.6 * max(loudness), 'it still swells and fades'
    assert len(playable.content) <= 3500 * SECONDS, 'small enough for a phone'


@pytest.mark.parametrize('name', VOICES)
def test_a_voice_becomes_amr_for_wechat(name: str) -> None:
    spoken = audio.to_amr(audio.to_mp3(sample(name)).content)
    length, _, loudness = heard(spoken.content, 'amr')
    assert formats.recognise(spoken.content) == formats.AMR
    assert length == pytest.approx(SECONDS, rel=0.05)
    assert max(loudness) > 0.15


def test_of_a_file_that_was_cut_off_the_rest_is_played() -> None:
    whole = sample('voice.amr')
    playable = audio.to_mp3(whole[: len(whole) // 2])
    assert playable.seconds == pytest.approx(SECONDS / 2, rel=0.05)


def test_a_tag_in_an_old_encoding_does_not_silence_a_voice() -> None:
    words = '微邻'.encode('gbk')
    frame = b'TIT2' + (len(words) + 1).to_bytes(4, 'big') + b'\0\0\x03' + words  # 03 claims UTF-8
    sound = audio.to_mp3(sample('voice.amr')).content
    tagged = b'ID3\x03\0\0' + bytes([0, 0, 0, len(frame)]) + frame + sound[sound.index(b'\xff\xf3') :]
    assert audio.to_mp3(tagged).seconds == pytest.approx(SECONDS, rel=0.05)


@pytest.mark.parametrize(
    'content',
    (
        b'',
        b'#!AMR\n',
        b'#!AMR\n' + b'\xff' * 50,
        b'ID3\x04' + bytes(1000),
        sample('voice.spx')[:60],
        b'<html><script>alert(1)</script>',
        sample('photo.jpg'),
        sample('video.mp4'),
    ),
)
def test_what_holds_no_voice_cannot_be_played(content: bytes) -> None:
    with pytest.raises(audio.CannotPlay):
        audio.to_mp3(content)


def test_a_small_file_that_plays_for_hours_is_given_up() -> None:
    silence = b'#!AMR\n' + (b'\x04' + bytes(12)) * 1_000_000  # 13 MB of the shortest frames: more than five hours
    with pytest.raises(audio.CannotPlay, match='longer than'):
        audio.to_mp3(silence)


def test_damage_anywhere_is_survived() -> None:
    chance = random.Random(20261123)
    sounds = [sample(name) for name in VOICES] + [audio.to_mp3(sample('voice.amr')).content]
    played = 0
    for _ in range(120):
        damaged = bytearray(chance.choice(sounds))
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            played += audio.to_mp3(bytes(damaged)).seconds > 0
        except audio.CannotPlay:
            continue
    assert played > 20, 'or the damage hit nothing but the first bytes'


def test_without_pyav_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'av', None)
    with pytest.raises(audio.CannotPlay, match='not installed'):
        audio.to_mp3(sample('voice.amr'))


def test_the_callback_loads_neither_pyav_nor_requests() -> None:
    script = 'import sys, chalicelib.inbox.media; print(sorted({"av", "requests", "wechatpy"} & set(sys.modules)))'
    assert subprocess.check_output([sys.executable, '-c', script], text=True).strip() == '[]'
