"""Scripts of probabilities, 32 ms each, and the stretches of speech that they hold."""

import pytest

from voice.speech import Edge, SpeechPolicy, SpeechStretches
from voice.vad import CHUNK_S


def chunks(seconds: float) -> int:
    return round(seconds / CHUNK_S)


def run(script: list[tuple[float, float]]) -> list[tuple[str, float, float]]:
    """(seconds, probability)... -> (kind, at_s, known_s)..."""
    stretches = SpeechStretches()
    told: list[tuple[str, float, float]] = []
    for seconds, probability in script:
        for _ in range(chunks(seconds)):
            edge = stretches.process(probability)
            if edge is not None:
                told.append((edge.kind, edge.at_s, stretches.heard_s))
    edge = stretches.finish()
    if edge is not None:
        told.append((edge.kind, edge.at_s, stretches.heard_s))
    return told


def test_speech_between_silences() -> None:
    (kind, start_s, known_s), (end_kind, end_s, end_known_s) = run([(1, 0), (2, 0.9), (1, 0)])
    assert (kind, end_kind) == ("start", "end")
    assert start_s == pytest.approx(1, abs=CHUNK_S)
    assert end_s == pytest.approx(3, abs=CHUNK_S)
    assert known_s - start_s <= 0.4
    assert end_known_s - end_s <= 0.9


def test_a_click_is_no_speech() -> None:
    assert run([(1, 0), (0.1, 0.95), (1, 0)]) == []


def test_a_pause_does_not_end_a_stretch_but_a_silence_does() -> None:
    assert len(run([(1, 0.9), (0.5, 0.1), (1, 0.9), (1, 0)])) == 2
    assert len(run([(1, 0.9), (0.9, 0.1), (1, 0.9), (1, 0)])) == 4


def test_a_doubtful_middle_keeps_what_was() -> None:
    assert run([(1, 0.45)]) == []  # under `on`: silence stays silence
    started_only = run([(1, 0.9), (3, 0.45)])  # over `off`: speech stays speech
    assert [kind for kind, *_ in started_only] == ["start", "end"]
    assert started_only[1][1] == pytest.approx(4, abs=2 * CHUNK_S)


def test_doubt_within_a_silence_does_not_delay_its_end() -> None:
    (_, _, _), (_, end_s, known_s) = run([(1, 0.9), (0.1, 0.1), (1, 0.45)])
    assert known_s - end_s <= 0.9


def test_the_end_of_sound_ends_speech() -> None:
    kind, at_s, _ = run([(1, 0.9)])[-1]
    assert kind == "end"
    assert at_s == pytest.approx(1, abs=CHUNK_S)


def test_finish_is_idempotent() -> None:
    stretches = SpeechStretches(SpeechPolicy(min_speech_s=CHUNK_S))
    assert stretches.process(0.9) == Edge(kind="start", at_s=0.0, start_s=0.0)
    assert stretches.finish() is not None
    assert stretches.finish() is None
