import json
from importlib import resources

import numpy as np
import pytest

from models.errors import ModelError
from models.wording import model as wording
from models.wording.concepts import concepts
from models.wording.cutting import Language, characters, english
from models.wording.features import ROWS, WEIGHTS, features
from models.wording.labels import LABELS
from models.wording.model import WordingModel
from models.wording.passages import LENGTH, passages

TEXTS: list[tuple[Language, str]] = [
    ("en", "No, I'm really NOT angry with you. I can’t pay forty-two pounds!"),
    ("zh", "我不是生你的气，ＡＰＰ打不开了，等了三十天。"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_places_are_places_in_the_text(language: Language, text: str) -> None:
    found = features(text, language)
    assert len(found.rows) == len(set(found.rows.tolist())) > 20
    assert found.rows.min() >= 0
    assert found.rows.max() < ROWS
    for places in found.places:
        assert places
        for start, end in places:
            assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_each_kind_of_ngram_has_its_weight(language: Language, text: str) -> None:
    # kinds share rows only by collision, so the squares sum to about the squared weights
    total = float(np.sum(features(text, language).values ** 2))
    assert total == pytest.approx(sum(weight**2 for weight in WEIGHTS), rel=0.1)


def test_what_is_said_the_same_way_is_the_same() -> None:
    one = features("I don't WANT it, um, on Tuesday.", "en")
    other = features("i dont want it on monday", "en")
    assert one.rows.tolist() == other.rows.tolist()
    assert one.values.tolist() == other.values.tolist()
    assert one.places != other.places


def test_chinese_runs_end_at_punctuation_only() -> None:
    runs = characters("等了三十天，APP2打不开。好")
    assert [[token.stem for token in run] for run in runs] == [
        ["等", "了", "#", "天"],
        ["app2", "打", "不", "开"],
        ["好"],
    ]


def test_concepts_know_whole_phrases_and_their_parts() -> None:
    found = concepts(english("I have had enough of this"), "en")
    names = [name for here in found for name, _ in here]
    assert "enough_now" in names
    assert "enough" in names
    phrase = next(token for here in found for name, token in here if name == "enough_now")
    assert "I have had enough of this"[phrase.start : phrase.end] == "had enough"


def test_a_long_sentence_is_read_in_stretches() -> None:
    text = " ".join(["word"] * 40)
    found = passages(text, "en")
    assert found[0] == (0, len(text))
    assert len(found) > 4
    assert all(len(text[a:b].split()) <= LENGTH for a, b in found[1:])
    covered = {i for a, b in found[1:] for i in range(a, b)}
    assert covered | {i for i, char in enumerate(text) if char == " "} == set(range(len(text)))


@pytest.mark.parametrize(("language", "text"), [("en", "no"), ("zh", "算了")])
def test_a_short_text_is_read_once(language: Language, text: str) -> None:
    assert passages(text, language) == [(0, len(text))]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_contributions_and_bias_are_the_log_odds(language: Language, text: str) -> None:
    model = WordingModel.bundled(language)
    reading = model.read(text)
    assert reading.contributions.shape == (len(reading.features.rows), len(LABELS))
    other = model.read(text[: len(text) // 2])
    odds = [np.log(r.scores / (1 - r.scores)) for r in (reading, other)]
    biases = [o - r.contributions.sum(axis=0) for o, r in zip(odds, (reading, other), strict=True)]
    # the scores are rounded, so only those far from 0 and 1 tell the bias
    clear = np.all([(r.scores > 0.02) & (r.scores < 0.98) for r in (reading, other)], axis=0)
    assert clear.sum() >= 2
    np.testing.assert_allclose(biases[0][clear], biases[1][clear], atol=0.02)


@pytest.mark.parametrize("text", ["", "   ", "...", "uh"])
def test_nothing_said_is_nothing_heard(text: str) -> None:
    assert not WordingModel.bundled("en").read(text).scores.any()


def test_a_damaged_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "sha256", lambda data: __import__("hashlib").sha256(data + b"x"))
    with pytest.raises(ModelError, match="damaged"):
        WordingModel.bundled("en")


def test_a_model_for_other_features_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "ROWS", ROWS * 2)
    with pytest.raises(ModelError, match="other features"):
        WordingModel.bundled("zh")


def test_the_files_are_small_and_the_schema_names_every_class() -> None:
    folder = resources.files("models.wording")
    schema = json.loads(folder.joinpath("schema.json").read_text("utf-8"))
    for entry in schema["languages"].values():
        assert len(folder.joinpath(entry["file"]).read_bytes()) == entry["bytes"] < 250_000
        assert set(entry["thresholds"]) == set(LABELS)
        assert all(0 < threshold < 1 for threshold in entry["thresholds"].values())
