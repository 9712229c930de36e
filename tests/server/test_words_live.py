from __future__ import annotations

from pathlib import Path

from models import catalog
from server.bundled import bundled_calls
from server.live.opening import Opening
from server.models_cli import places
from server.words_live import LiveWordsPlan, live_plan
from tests.files import write_wav
from tests.voice.sound import sample


def opening(**context: object) -> Opening:
    return Opening(call_id="a", roles=("caller", "agent"), context=context)


def test_the_bundled_model_speaks_of_the_bundled_calls_only() -> None:
    plan = live_plan("auto", places(), forced=False)
    known = bundled_calls()["en-rising"].sha256
    assert plan(opening(sample=known)).words
    assert not plan(opening(sample=known)).demo
    assert not plan(opening(sample="0" * 64)).words
    assert not plan(opening()).words
    assert not plan(opening(sample=7)).words
    assert plan.note is not None
    assert "calmline models fetch" in plan.note


def test_forced_words_are_stamped() -> None:
    plan = live_plan("auto", places(), forced=True)
    assert (plan(opening()).words, plan(opening()).demo) == (True, True)
    assert plan.note is not None
    assert "DEMO WORDS" in plan.note


def test_without_a_model_there_are_none() -> None:
    plan = live_plan(None, places(), forced=False)
    assert not plan(opening()).words
    assert plan.note is not None
    assert "voice only" in plan.note


def test_a_real_model_speaks_of_every_call(tmp_path: Path) -> None:
    nano = catalog.find("auto", places(), language=None, device="cpu")
    real = LiveWordsPlan(type("Real", (), {"demo": False, "knows": frozenset(), "name": "x"})())
    assert nano.demo
    assert real(opening()).words
    assert real.note is None


def test_a_copy_of_a_bundled_call_is_known_by_its_bytes(tmp_path: Path) -> None:
    call = bundled_calls()["en-calm"]
    other = write_wav(tmp_path / "en-calm.wav", sample("en-calm")[0][:, :8000])
    assert call.sha256 != type(call)("x", "en", 1.0, other).sha256
