import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.recipes.wording import export, training
from models.recipes.wording.lines import Line, halves, known_ideas, read
from models.recipes.wording.mistakes import spoiler
from models.wording.cutting import Language
from models.wording.labels import LABELS
from models.wording.model import WordingModel

BOTH: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="module", params=BOTH)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def lines(language: Language) -> list[Line]:
    return read(language)


def small(lines: list[Line]) -> list[Line]:
    """The first families of two classes a speaker, and some of none."""
    wanted = ("gives_up", "danger", "promise", "empathy")
    chosen = [line for line in lines if line.labels & set(wanted)]
    return chosen[::2] + [line for line in lines if not line.labels][::6]


def test_there_are_enough_lines_of_every_class(lines: list[Line]) -> None:
    assert len(lines) >= 1500
    count = Counter(label for line in lines for label in line.labels)
    assert set(count) == set(LABELS)
    assert min(count.values()) >= 50
    assert sum(not line.labels for line in lines) >= 0.25 * len(lines)


def test_families_are_small_and_lines_differ(lines: list[Line]) -> None:
    sizes = Counter(line.family for line in lines)
    assert max(sizes.values()) <= 12
    assert len(sizes) > 300


def test_no_family_is_in_both_halves(lines: list[Line]) -> None:
    known, held = halves(lines, seed=1)
    assert not {line.family for line in known} & {line.family for line in held}
    assert len(known) + len(held) == len(lines)
    assert 0.45 < len(held) / len(lines) < 0.55
    for label in LABELS:
        counts = [sum(label in line.labels for line in half) for half in (known, held)]
        assert min(counts) > 0.5 * max(counts), label


def test_the_seed_decides_the_halves(lines: list[Line]) -> None:
    assert halves(lines, seed=1) == halves(list(reversed(lines))[::-1], seed=1)
    assert halves(lines, seed=1)[0] != halves(lines, seed=2)[0]


def test_known_ideas_are_all_in_training(lines: list[Line]) -> None:
    rest, others = known_ideas(lines)
    assert {line.family for line in others} <= {line.family for line in rest}
    assert not set(rest) & set(others)


def test_mistakes_come_at_their_rate_and_can_be_repeated(
    language: Language, lines: list[Line]
) -> None:
    texts = [line.text for line in lines]
    spoil = spoiler(language, texts)
    spoiled = [spoil(text, random.Random(n), 0.15) for n, text in enumerate(texts)]
    assert spoiled == [spoil(text, random.Random(n), 0.15) for n, text in enumerate(texts)]
    changed = sum(a != b for a, b in zip(texts, spoiled, strict=True)) / len(texts)
    assert 0.4 < changed < 0.9
    assert [spoil(text, random.Random(1), 0.0) for text in texts[:50]] == texts[:50]
    assert all(spoiled)


def test_training_is_repeated_bit_for_bit(language: Language, lines: list[Line]) -> None:
    few = small(lines)
    first, second = (export.to_onnx(training.fit(few, language)) for _ in range(2))
    assert first == second
    assert first != export.to_onnx(training.fit(few[:-10], language))


def test_what_is_exported_is_what_was_trained(language: Language, lines: list[Line]) -> None:
    few = small(lines)
    fitted = training.fit(few, language)
    # classes without lines among these have no weights worth comparing
    columns = [LABELS.index(label) for label in ("gives_up", "promise")]
    model = WordingModel(language, export.to_onnx(fitted), fitted.thresholds)
    for line in few[:40]:
        reading = model.read(line.text)
        exact = reading.features.values @ fitted.table[reading.features.rows] + fitted.bias
        expected = 1 / (1 + np.exp(-exact[columns]))
        np.testing.assert_allclose(reading.scores[columns], expected, atol=0.03)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("somebody/x\tnone\thello", "a family is"),
        ("agent/x\tangry\thello", "not classes of the agent"),
        ("caller/x\tnone\thello\ncaller/y\tangry\thello", "there already"),
    ],
)
def test_a_bad_line_is_refused_with_its_place(tmp_path: Path, row: str, error: str) -> None:
    (tmp_path / "en.tsv").write_text(row + "\n", "utf-8")
    with pytest.raises(ValueError, match=rf"en\.tsv:\d+: .*{error}"):
        read("en", tmp_path)
