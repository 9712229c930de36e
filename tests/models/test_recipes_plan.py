import pytest

from models.recipes.plan import WARM_UP_STEPS, Plan
from models.recipes.scoring import Errors
from models.recipes.tokenizer import byte_characters, last_merge, special_tokens

LATE = 10 * WARM_UP_STEPS


def test_the_rate_warms_up_stays_and_falls_to_nearly_nothing() -> None:
    plan = Plan(stage="words", minutes=10, rate=1e-3, full_rate=0.5)
    assert plan.learning_rate(0.0, 0) == pytest.approx(1e-3 / WARM_UP_STEPS)
    assert plan.learning_rate(0.3, LATE) == pytest.approx(1e-3)
    assert plan.learning_rate(0.75, LATE) == pytest.approx(5e-4)
    assert 0 < plan.learning_rate(1.0, LATE) < 1e-5


def test_short_utterances_come_first_only_from_nothing() -> None:
    fresh = Plan(stage="words", minutes=10)
    lengths = [fresh.diet(done).longest for done in (0.0, 0.2, 0.9)]
    assert lengths == sorted(lengths)
    assert fresh.diet(0.0).joined == 0
    assert Plan(stage="words", minutes=10, short_start=False).diet(0.0) == fresh.diet(0.9)


def test_bytes_have_one_printable_character_each() -> None:
    table = byte_characters()
    assert len(set(table.values())) == 256
    assert table[ord("a")] == "a"
    assert table[ord(" ")] == "Ġ"


def test_merges_are_found_again() -> None:
    ranks = {b"a": 0, b"b": 1, b"c": 2, b"ab": 3, b"abc": 4}
    assert last_merge(b"ab", ranks) == (b"a", b"b")
    assert last_merge(b"abc", ranks) == (b"ab", b"c")
    assert last_merge(b"cba", {**ranks, b"cba": 5}) is None


def test_special_tokens_stand_in_whispers_order() -> None:
    tokens = special_tokens([f"l{i}" for i in range(100)])
    assert tokens[:3] == ["<|endoftext|>", "<|startoftranscript|>", "<|l0|>"]
    assert tokens.index("<|transcribe|>") == 50359 - 50257
    assert tokens[-1] == "<|30.00|>"
    assert 50257 + len(tokens) == 51865


def test_the_error_rate_counts_all_three() -> None:
    errors = Errors(utterances=1, units=10, substitutions=1, deletions=2, insertions=3)
    assert errors.rate == pytest.approx(0.6)
