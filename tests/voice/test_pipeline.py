"""What the voice room promises: chunking, the future and the agent's feelings do not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.voice.sound import SAMPLES, sample
from voice.events import (
    Degraded,
    Fact,
    LostAudio,
    Overlap,
    ProsodyWindow,
    Role,
    Silence,
    SpeechEnded,
    SpeechStarted,
    TurnEnded,
    UtteranceEnded,
)
from voice.pipeline import VoicePipeline
from voice.resample import double_rate

CALL: tuple[Role, ...] = ("caller", "agent")


def hear(
    sound: np.ndarray,
    sizes: list[int] | None = None,
    *,
    roles: tuple[Role, ...] = CALL,
    lost: np.ndarray | None = None,
) -> list[Fact]:
    voice = VoicePipeline(roles)
    facts: list[Fact] = []
    at = 0
    for size in [*(sizes or []), sound.shape[1]]:
        voice.take(sound[:, at : at + size], None if lost is None else lost[:, at : at + size])
        at += size
        while voice.ready():
            facts += voice.tick()
    return facts + voice.finish()


CUT = sample("en-rising")[0][:, 42 * 8000 : 62 * 8000]  # both overlaps lie in it


@pytest.mark.parametrize("size", [160, 800, 8000, 1, 7919])
def test_chunking_does_not_matter(size: int) -> None:
    short = CUT[:, : 4 * 8000 + 123] if size == 1 else CUT
    assert hear(short, [size] * (short.shape[1] // size)) == hear(short)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, 30000), max_size=12))
def test_no_chunking_matters(sizes: list[int]) -> None:
    short = CUT[:, : 6 * 8000]
    assert hear(short, sizes) == hear(short)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(20, 180))
def test_what_comes_later_changes_nothing_before(tick: int) -> None:
    """Causality: the facts known by a tick are the same when the sound after it is another."""
    other = CUT.copy()
    other[:, tick * 800 :] = 0.1 * np.random.default_rng(tick).standard_normal(
        (2, CUT.shape[1] - tick * 800)
    )
    until_s = tick / 10

    def known(sound: np.ndarray) -> list[Fact]:
        return [fact for fact in hear(sound) if fact.known_at_s <= until_s]

    assert known(CUT) == known(other)


def test_facts_come_in_order_and_on_ticks() -> None:
    facts = hear(CUT)
    known = [fact.known_at_s for fact in facts]
    assert known == sorted(known)
    assert all(round(at_s * 10) / 10 == at_s for at_s in known)
    assert all(fact.at_s <= fact.known_at_s for fact in facts)


def test_speech_is_known_in_time() -> None:
    facts = hear(CUT)
    for fact in facts:
        if fact.known_at_s < 20:  # the end of sound ends speech at once
            limit_s = {SpeechStarted: 0.4, SpeechEnded: 0.9}.get(type(fact), 99)
            assert fact.known_at_s - fact.at_s <= limit_s + 1e-9


@pytest.mark.parametrize("name", SAMPLES)
def test_every_labelled_turn_is_heard(name: str) -> None:
    call, labels = sample(name)
    stretches = [fact for fact in hear(call) if isinstance(fact, SpeechEnded)]
    for turn in labels["turns"]:
        heard = [
            fact
            for fact in stretches
            if fact.role == turn["role"]
            and fact.start_s < turn["end_s"]
            and fact.at_s > turn["start_s"]
        ]
        assert heard, turn["text"]
        # a soft first syllable of the Mandarin voice (还, 不) is not speech to the VAD
        assert heard[0].start_s == pytest.approx(turn["start_s"], abs=0.45)
        assert heard[-1].at_s == pytest.approx(turn["end_s"], abs=0.35)


@pytest.mark.parametrize("name", SAMPLES)
def test_turns_are_the_labelled_ones(name: str) -> None:
    call, labels = sample(name)
    heard = [fact for fact in hear(call) if isinstance(fact, TurnEnded)]
    assert [fact.role for fact in heard] == [turn["role"] for turn in labels["turns"]]
    for fact, turn in zip(heard, labels["turns"], strict=True):
        assert fact.start_s == pytest.approx(turn["start_s"], abs=0.45)


def test_overlaps_say_who_came_in() -> None:
    overlaps = [fact for fact in hear(CUT) if isinstance(fact, Overlap)]
    assert [(o.role, o.barge_in) for o in overlaps] == [("agent", True), ("caller", True)]


def test_of_the_agent_only_what_the_law_allows_is_measured() -> None:
    windows = [fact for fact in hear(CUT) if isinstance(fact, ProsodyWindow)]
    agent = [fact for fact in windows if fact.role == "agent"]
    assert agent
    for fact in agent:
        for name in (
            "voiced_s", "f0_median_hz", "f0_median_st", "f0_spread_st", "level_db", "tilt_db",
            "spectral_flux_pct",
        ):  # fmt: skip
            assert getattr(fact, name) is None
    assert any(fact.articulation_rate_hz is not None for fact in agent)
    caller = [fact for fact in windows if fact.role == "caller"]
    assert any(fact.f0_median_hz is not None for fact in caller)


def test_nobody_is_measured_whose_role_is_not_known() -> None:
    windows = [
        fact for fact in hear(CUT, roles=("unknown", "unknown")) if isinstance(fact, ProsodyWindow)
    ]
    assert windows
    assert all(fact.f0_median_hz is None and fact.level_db is None for fact in windows)


def test_tracks_do_not_touch_each_other() -> None:
    alone = CUT.copy()
    alone[1] = 0
    kinds = (SpeechStarted, SpeechEnded, UtteranceEnded)
    for sound in (CUT, alone):
        first = [f for f in hear(sound) if isinstance(f, kinds) and f.track == 0]
        assert first == [f for f in hear(CUT) if isinstance(f, kinds) and f.track == 0]


def test_swapped_channels_give_swapped_facts() -> None:
    kinds = (SpeechEnded, TurnEnded, ProsodyWindow)
    straight = [f for f in hear(CUT) if isinstance(f, kinds)]
    swapped = [f for f in hear(CUT[::-1], roles=("agent", "caller")) if isinstance(f, kinds)]

    def key(fact: Fact) -> tuple[float, float, str, str]:
        return (fact.known_at_s, fact.at_s, fact.role, type(fact).__name__)

    back = [replace(fact, track=1 - (fact.track or 0)) for fact in swapped]
    assert sorted(back, key=key) == sorted(straight, key=key)


def test_a_copied_channel_is_found() -> None:
    call = sample("en-calm")[0]
    both = np.tile(call[:1, : 40 * 8000], (2, 1))
    reasons = [fact.reason for fact in hear(both) if isinstance(fact, Degraded)]
    assert reasons == ["identical_channels"]
    assert not [fact for fact in hear(CUT) if isinstance(fact, Degraded)]


def test_lost_sound_is_told_and_is_neither_speech_nor_silence() -> None:
    lost = np.zeros(CUT.shape, np.bool_)
    lost[:, 5 * 8000 : 12 * 8000] = True
    facts = hear(CUT, lost=lost)
    told = [fact for fact in facts if isinstance(fact, LostAudio)]
    assert [(fact.track, fact.start_s, fact.at_s) for fact in told] == [(0, 5, 12), (1, 5, 12)]
    assert not [fact for fact in facts if isinstance(fact, Silence)]
    assert not [fact for fact in facts if isinstance(fact, SpeechStarted) and 5 < fact.at_s < 11.9]


def test_what_stands_in_lost_samples_is_never_heard() -> None:
    lost = np.zeros(CUT.shape, np.bool_)
    lost[0, 5 * 8000 : 7 * 8000] = True
    rubbish = CUT.copy()
    rubbish[lost] = np.nan
    assert hear(rubbish, lost=lost) == hear(CUT, lost=lost)


def test_nobody_is_silent_on_hold() -> None:
    quiet = np.concatenate([CUT[:, :80000], np.zeros((2, 80000), np.float32)], axis=1)

    def silences(*, hold: bool) -> list[Fact]:
        voice = VoicePipeline(CALL)
        facts: list[Fact] = []
        for at in range(0, quiet.shape[1], 800):
            if hold and at == 84000 // 800 * 800:
                voice.hold(True)
            voice.take(quiet[:, at : at + 800])
            facts += voice.tick()
        return [fact for fact in facts + voice.finish() if isinstance(fact, Silence)]

    assert silences(hold=False)
    assert not silences(hold=True)


def test_an_utterance_holds_its_sound() -> None:
    voice = VoicePipeline(CALL, keep_audio=True)
    voice.take(CUT)
    facts: list[Fact] = []
    while voice.ready():
        facts += voice.tick()
    facts += voice.finish()
    utterances = [fact for fact in facts if isinstance(fact, UtteranceEnded)]
    assert len(utterances) > 4
    for fact in utterances:
        sound = voice.take_audio(fact.utterance_id)
        low, high = round((fact.start_s - 0.2) * 8000), round((fact.at_s + 0.2) * 8000)
        want = double_rate(CUT[fact.track or 0, max(0, low) : high])
        assert sound.shape[0] == pytest.approx(want.shape[0], abs=64)
        with pytest.raises(KeyError):
            voice.take_audio(fact.utterance_id)


def test_what_goes_on_can_be_asked_for_and_nothing_changes() -> None:
    voice = VoicePipeline(CALL, keep_audio=True)
    voice.take(CUT)
    facts: list[Fact] = []
    asked: dict[UtteranceEnded, np.ndarray] = {}
    while voice.ready():
        facts += voice.tick()
        for open_ in voice.open_utterances():
            sound = voice.open_audio(open_.ended.utterance_id)
            assert open_.ended.known_at_s == voice.now_s
            sound[:] += 0.0  # a copy: it can be written to
            if open_.silence_s >= 0.2:
                asked[replace(open_.ended, known_at_s=0.0)] = sound
    facts += voice.finish()
    assert facts == hear(CUT)
    told = [fact for fact in facts if isinstance(fact, UtteranceEnded) and fact.reason == "silence"]
    assert len(told) > 4
    for fact in told:
        guessed = asked.pop(replace(fact, known_at_s=0.0))
        assert np.array_equal(guessed, voice.take_audio(fact.utterance_id))
    assert asked  # some only looked as if they were over
    with pytest.raises(KeyError):
        voice.open_audio(told[0].utterance_id)


def test_an_utterance_that_goes_on_is_heard_from_its_start() -> None:
    voice = VoicePipeline(CALL)
    voice.take(CUT[:, : 9 * 8000])
    lengths = []
    while voice.ready():
        voice.tick()
        for open_ in voice.open_utterances():
            sound = voice.open_audio(open_.ended.utterance_id)
            want_s = min(open_.ended.at_s + 0.2, voice.now_s) - open_.ended.sound_start_s
            assert len(sound) / 16000 == pytest.approx(want_s, abs=0.002)
            lengths.append(want_s)
    assert max(lengths) > 2.0
    voice.finish()
    assert voice.open_utterances() == []


def test_wrong_blocks_are_refused() -> None:
    voice = VoicePipeline(CALL)
    with pytest.raises(ValueError, match="2 tracks"):
        voice.take(np.zeros((1, 800), np.float32))
    with pytest.raises(ValueError, match="finite"):
        voice.take(np.full((2, 800), np.nan, np.float32))


def test_a_call_without_sound_ends() -> None:
    assert VoicePipeline(CALL).finish() == []


def test_long_speech_is_cut_in_a_gap() -> None:
    """Cut by speech probability alone, where the sound is among its quietest."""
    call, labels = sample("en-calm")
    parts = [
        call[0, round(start_s * 8000) : round(end_s * 8000) + 800]
        for start_s, end_s in labels["speech"]["caller"]
    ]
    talk = np.concatenate(parts)[: 30 * 8000]
    facts = hear(np.stack([talk, np.zeros_like(talk)]))
    cuts = [f for f in facts if isinstance(f, UtteranceEnded) and f.reason == "cut"]
    assert cuts
    level = np.convolve(talk**2, np.ones(400), mode="same")  # 50 ms
    for cut in cuts:
        assert cut.at_s - cut.start_s <= 9.0
        around = level[round((cut.start_s + 4.5) * 8000) : round((cut.start_s + 9) * 8000)]
        assert (around < level[round(cut.at_s * 8000)]).mean() < 0.2
