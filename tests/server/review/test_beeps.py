from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coaching.session import Logged
from server.review.beeps import HZ, LEVEL, MARGIN_S, beeped, redacted, tellable
from server.wire import to_line
from tests.server.review.test_transcript import said
from voice.clock import RATE
from voice.events import Degraded, UtteranceEnded, Word, WordsFinal, WordsMissing
from voice.redact import Redactor

CARD = "4111 1111 1111 1111".split()


def spoken(texts: list[str], first_s: float, n: int) -> WordsFinal:
    """Words of half a second each."""
    words = tuple(
        Word(start_s=first_s + i / 2, end_s=first_s + i / 2 + 0.4, text=text, probability=0.9)
        for i, text in enumerate(texts)
    )
    whole = said(first_s, words[-1].end_s, " ".join(texts), n=n)
    return replace(whole, words=words)


def released(*finals: WordsFinal) -> list[Logged]:
    redactor = Redactor()
    out = [one for final in finals for one in redactor.final(final)] + redactor.finish()
    return [Logged(seq, event) for seq, event in enumerate(out, start=1)]


def test_the_log_tells_when_it_was_said_and_not_what() -> None:
    log = released(spoken(["My", "card", "is", *CARD, "thanks"], 10.0, 1))
    assert "4111" not in "".join(to_line("c", logged) for logged in log)
    (stretch,) = redacted(log)
    assert stretch == pytest.approx((11.5 - MARGIN_S, 13.4 + MARGIN_S))


def test_a_number_over_two_utterances_is_covered_to_its_end() -> None:
    log = released(spoken(["It", "is", *CARD[:2]], 10.0, 1), spoken(CARD[2:], 13.0, 2))
    stretches = redacted(log)
    for start_s in (11.0, 11.5, 13.0, 13.5):
        assert any(a <= start_s and start_s + 0.4 <= b for a, b in stretches), start_s
    assert not any(a <= 10.2 <= b for a, b in stretches)


def test_what_nobody_wrote_down_is_covered_whole() -> None:
    ended = UtteranceEnded(
        at_s=8.0, known_at_s=8.7, track=0, role="caller", utterance_id="0-4",
        start_s=6.5, sound_start_s=6.3, speech_s=1.5, reason="silence",
    )  # fmt: skip
    gone = WordsMissing(
        at_s=8.0, known_at_s=9.0, track=0, role="caller", utterance_id="0-4", reason="crashed"
    )
    assert redacted([Logged(1, ended), Logged(2, gone)]) == [(6.5 - MARGIN_S, 8.0 + MARGIN_S)]


def test_plain_words_are_not_touched() -> None:
    assert redacted(released(spoken("I paid 40 dollars in [brackets]".split(), 3.0, 1))) == []


@pytest.mark.parametrize("reason", ["voice_only", "demo_words"])
def test_without_words_nobody_knows_what_to_cover(reason: str) -> None:
    told = Degraded(at_s=0.0, known_at_s=0.0, reason=reason)  # type: ignore[arg-type]
    assert not tellable([Logged(1, told)])
    assert tellable([Logged(1, Degraded(at_s=0.0, known_at_s=0.0, reason="late_words"))])


def test_the_sound_is_gone_and_a_tone_is_there_however_the_blocks_fall() -> None:
    rng = np.random.default_rng(0)
    sound = rng.uniform(-0.5, 0.5, (2, 2 * RATE)).astype(np.float32)
    whole = beeped(sound, 0, [(0.5, 1.0)])
    start, stop = RATE // 2, RATE
    assert np.array_equal(whole[:, :start], sound[:, :start])
    assert np.array_equal(whole[:, stop:], sound[:, stop:])
    tone = LEVEL * np.sin(2 * np.pi * HZ / RATE * np.arange(start, stop))
    assert np.allclose(whole[:, start:stop], tone, atol=1e-6)
    parts = [beeped(sound[:, at : at + 777], at, [(0.5, 1.0)]) for at in range(0, 2 * RATE, 777)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)
    assert beeped(sound, 0, []) is sound
