import itertools

from voice.utterances import EARLIEST_CUT_S, MAX_S, Utterance, UtteranceCutter


def middle(start_s: float, end_s: float) -> float:
    return (start_s + end_s) / 2


def test_an_utterance_is_a_stretch_of_speech() -> None:
    cutter = UtteranceCutter(1, middle)
    cutter.start(2.0)
    assert cutter.advance(5.0) is None
    assert cutter.end(5.5, "silence") == Utterance(
        utterance_id="1-1",
        start_s=2.0,
        end_s=5.5,
        sound_start_s=1.8,
        sound_end_s=5.7,
        reason="silence",
    )
    assert cutter.end(6.0, "end") is None


def test_long_speech_is_cut_where_it_is_quietest_and_nothing_is_lost() -> None:
    cutter = UtteranceCutter(0, middle)
    cutter.start(0.0)
    cuts = [u for tick in range(300) if (u := cutter.advance(tick / 10)) is not None]
    last = cutter.end(30.0, "silence")
    assert last is not None
    parts = [*cuts, last]
    assert [u.reason for u in parts[:-1]] == ["cut"] * len(cuts)
    assert parts[0].start_s == 0.0
    assert parts[-1].end_s == 30.0
    for before, after in itertools.pairwise(parts):
        assert before.end_s == after.start_s
        assert before.sound_end_s == after.sound_start_s  # nothing is heard twice, or not at all
        assert EARLIEST_CUT_S <= before.end_s - before.start_s <= MAX_S
    assert len({u.utterance_id for u in parts}) == len(parts)


def test_nothing_is_left_after_a_cut_at_the_very_end() -> None:
    cutter = UtteranceCutter(0, lambda start_s, end_s: end_s)
    cutter.start(0.0)
    assert cutter.advance(9.0) is not None
    assert cutter.end(9.0, "silence") is None


def test_what_goes_on_is_told_as_it_will_be() -> None:
    cutter = UtteranceCutter(0, middle)
    assert cutter.open(1.0) is None
    cutter.start(2.0)
    assert cutter.open(2.0) is None
    first = cutter.open(4.0)
    assert first == cutter.open(4.0)  # it is not counted
    assert first == cutter.end(4.0, "silence")
    cutter.start(10.0)
    assert cutter.advance(19.0) is not None
    assert cutter.open(20.0) == cutter.end(20.0, "silence")
    assert cutter.open(21.0) is None
