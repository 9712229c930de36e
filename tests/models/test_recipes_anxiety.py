"""The recipe of the anxiety index: honest material, weights that keep their signs, exact export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coaching.baseline import FEATURES, SCHEMA
from models import anxiety
from models.errors import ModelError
from models.recipes.anxiety_export import write
from models.recipes.anxiety_fit import HIGH, LOW, MOST, PRIORS, SHARE, Prior, Weights, fit
from models.recipes.anxiety_material import STRETCH_S, Clip, halves, stretches, trimmed
from voice.clock import RATE

NAMES = [feature.name for feature in FEATURES]
GENERATOR = np.random.default_rng(0)


def clip(speaker: str, mood: str, label: str, place: int) -> Clip:
    """Two seconds of a tone that says which clip it is."""
    at_s = np.arange(2 * RATE) / RATE
    sound = np.sin(2 * np.pi * (500 + 100 * place) * at_s).astype(np.float32)
    assert mood in ("calm", "anger", "fear")
    return Clip(speaker, mood, sound, label)  # type: ignore[arg-type]


def corpus() -> list[Clip]:
    return [
        clip(speaker, mood, label, place)
        for speaker in ("a", "b")
        for mood, label, places in (
            ("calm", "neutral", range(6)),
            ("calm", "boredom", range(6, 10)),
            ("anger", "anger", range(10, 16)),
            ("fear", "fear", range(16, 17)),
        )
        for place in places
    ]


def pitches(sound: np.ndarray) -> set[int]:
    """Which clips are in a stretch, by their tones."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), RATE * 8))
    hz = np.fft.rfftfreq(RATE * 8, 1 / RATE)
    strong = {round((h - 500) / 100) for h in hz[spectrum > 0.2 * spectrum.max()]}
    return {place for place in strong if place >= 0}


def test_what_the_baseline_is_learned_from_is_never_scored() -> None:
    made = stretches(corpus(), per_mood=4, seed=3)
    for speaker in ("a", "b"):
        mine = [stretch for stretch in made if stretch.speaker == speaker]
        learned = set().union(*(pitches(s.sound) for s in mine if s.baseline))
        scored = set().union(*(pitches(s.sound) for s in mine if not s.baseline))
        assert len(learned) >= 4
        assert len(scored) >= 6
        assert not learned & scored
        assert max(learned) < 10  # calm clips only


def test_stretches_are_counted_and_as_long_as_they_should_be() -> None:
    made = stretches(corpus(), per_mood=4, seed=3)
    moods = [stretch.mood for stretch in made if not stretch.baseline and stretch.speaker == "a"]
    assert (moods.count("calm"), moods.count("anger")) == (8, 4)
    assert "fear" not in moods  # a single clip is no stretch
    for stretch in made:
        assert STRETCH_S[0] * RATE - 1 <= len(stretch.sound) <= STRETCH_S[1] * RATE
        assert 0.02 < np.abs(stretch.sound).max() <= 1
    again = stretches(corpus(), per_mood=4, seed=3)
    assert all(np.array_equal(x.sound, y.sound) for x, y in zip(made, again, strict=True))
    other = stretches(corpus(), per_mood=4, seed=4)
    assert not np.array_equal(made[0].sound, other[0].sound)


def test_loudness_does_not_tell_moods_apart() -> None:
    made = stretches(corpus(), per_mood=30, seed=5)
    level = {
        mood: np.mean([np.log10(np.abs(s.sound).max()) for s in made if s.mood == mood])
        for mood in ("calm", "anger")
    }
    assert abs(level["calm"] - level["anger"]) < 0.06  # 1.2 dB, of 12 dB drawn


def test_both_halves_hold_every_label() -> None:
    calm = [one for one in corpus() if one.mood == "calm" and one.speaker == "a"]
    first, second = halves(calm, np.random.default_rng(1))
    for half in (first, second):
        assert sorted({one.label for one in half}) == ["boredom", "neutral"]
    assert len(first) + len(second) == len(calm)


def test_padding_is_cut_off() -> None:
    sound = np.concatenate([np.zeros(100), np.full(50, 0.3), np.zeros(70)]).astype(np.float32)
    assert len(trimmed(sound)) == 50
    assert np.abs(trimmed(sound)).max() == 1


def learned(prior: Prior, moved: dict[str, float], penalty: float) -> dict[str, float]:
    """Weights from data in which features move by so many spreads in tension."""
    generator = np.random.default_rng(7)
    tense = np.arange(600) % 2 == 0
    distances = generator.normal(size=(600, len(NAMES)))
    for place, name in enumerate(NAMES):
        distances[tense, place] += moved.get(name, 0.0)
    return dict(zip(NAMES, fit(distances, tense, prior, penalty).weights, strict=True))


def test_weights_keep_sign_zero_and_limit_whatever_the_data_say() -> None:
    for prior in PRIORS:
        found = learned(prior, {"f0_median": 5, "tilt": 3, "level": 4, "f0_spread": -2}, 0.001)
        assert sum(abs(weight) for weight in found.values()) == pytest.approx(1)
        assert max(found.values()) <= SHARE + 1e-9
        assert found["level"] == 0.0
        assert found["tilt"] <= 0.0
        assert found["f0_spread"] >= 0.0


def test_data_move_weights_and_the_penalty_holds_them() -> None:
    prior = PRIORS[0]
    total = sum(abs(weight) for weight in prior.weights.values())
    believed = abs(prior.weights["articulation_rate"]) / total
    shown = {"f0_median": 2.0, "tilt": -1.0}
    free = learned(prior, shown, 0.001)["articulation_rate"]
    held = learned(prior, shown, 100.0)["articulation_rate"]
    assert free < 0.5 * believed
    assert held == pytest.approx(believed, abs=0.01)


def test_what_is_written_computes_what_was_fitted(tmp_path: Path) -> None:
    prior = PRIORS[0]
    generator = np.random.default_rng(2)
    found = fit(generator.normal(size=(80, len(NAMES))), np.arange(80) % 2 == 0, prior)
    path = tmp_path / "model.onnx"
    write(path, SCHEMA, {"en": found, "zh": found}, {"seed": 2})
    model = anxiety.load(SCHEMA, "zh", path)
    for row in generator.normal(scale=3, size=(20, len(NAMES))):
        expected = found.parts(row[np.newaxis])[0]
        assert model.parts(row.tolist()) == pytest.approx(expected, abs=1e-6)
    assert anxiety.schema(path)["seed"] == 2


def test_a_model_of_another_schema_is_refused(tmp_path: Path) -> None:
    one = np.ones(2)
    path = tmp_path / "other.onnx"
    write(path, ["a (st)", "b (dB)"], {"en": Weights(one, -one, one)}, {})
    with pytest.raises(ModelError, match=r"was made for a \(st\), b \(dB\)"):
        anxiety.load(SCHEMA, "en", path)
    six = np.ones(len(SCHEMA))
    write(tmp_path / "newer.onnx", SCHEMA, {"en": Weights(six, -six, six)}, {"schema": 99})
    with pytest.raises(ModelError, match="has schema 99"):
        anxiety.load(SCHEMA, "en", tmp_path / "newer.onnx")


def test_the_shipped_model_is_of_this_recipe() -> None:
    told = anxiety.schema()
    assert told["clip"] == [LOW, HIGH]
    assert told["most"] == MOST
    assert told["priors"] == {prior.language: prior.weights for prior in PRIORS}
