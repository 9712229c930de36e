"""Which calls get words: the bundled model speaks of the bundled calls only, unless forced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coaching.coach import replay
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from models.catalog import Places
from models.errors import ModelError
from server.cli import main
from server.wire import read_log, to_line
from server.words import WordsPlan, plan
from tests.conftest import ROOT
from tests.files import speech, write_wav
from voice.events import Fact

CALL = ROOT / "samples" / "en-rising.wav"


def planned(
    files: list[Path],
    tmp_path: Path,
    name: str = "auto",
    *,
    wanted: bool = True,
    forced: bool = False,
) -> WordsPlan:
    places = Places(fetched=tmp_path / "fetched", cache=tmp_path / "cache")
    return plan(name, files, places, language="en", wanted=wanted, forced=forced)


def test_a_bundled_call_gets_words_of_the_bundled_model(tmp_path: Path) -> None:
    found = planned([CALL], tmp_path)
    assert found.model is not None
    assert found.model.demo
    assert (found.demo, found.note) == (False, None)


def test_any_other_call_is_voice_only_and_one_line_says_what_to_do(tmp_path: Path) -> None:
    other = write_wav(tmp_path / "other.wav", speech())
    for files in ([other], [CALL, CALL]):
        found = planned(files, tmp_path)
        assert found.model is None
        assert "calmline models fetch" in (found.note or "")


def test_forced_words_are_stamped(tmp_path: Path) -> None:
    other = write_wav(tmp_path / "other.wav", speech())
    found = planned([other], tmp_path, forced=True)
    assert found.model is not None
    assert found.demo


def test_nobody_gets_words_who_wants_none(tmp_path: Path) -> None:
    assert planned([CALL], tmp_path, wanted=False) == WordsPlan(model=None)


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="calmline models fetch"):
        planned([CALL], tmp_path, "small")


def analysed(wav: Path, log: Path, *more: str) -> tuple[str, list[dict[str, object]]]:
    result = CliRunner().invoke(
        main, ["run", str(wav), "--caller", "left", "--events", str(log), *more]
    )
    assert result.exit_code == 0, result.output
    return result.output, [json.loads(line) for line in log.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """The account and the log of a bundled call, with its words."""
    log = tmp_path_factory.mktemp("words") / "log.jsonl"
    output, _ = analysed(CALL, log)
    return output, log.read_text("utf-8").splitlines()


def test_a_bundled_call_says_what_was_said(words: tuple[str, list[str]]) -> None:
    output, lines = words
    labels = json.loads(CALL.with_suffix(".json").read_text("utf-8"))
    meant = [word.strip(".,?").lower() for turn in labels["turns"] for word in turn["text"].split()]
    events = [json.loads(line) for line in lines]
    heard = {
        word.strip(".,?").lower()
        for event in events
        if event["type"] == "words_final"
        for word in event["text"].split()
    }
    assert sum(word in heard for word in meant) > 0.8 * len(meant)
    assert "calm down" in output
    assert not [e for e in events if e["type"] == "degraded"]


def test_what_the_words_mean_is_in_the_log(words: tuple[str, list[str]]) -> None:
    events = [json.loads(line) for line in words[1]]
    finals = {e["utterance_id"]: e for e in events if e["type"] == "words_final"}
    meant = [event for event in events if event["type"] == "words_understood"]
    assert {event["role"] for event in meant} == {"caller", "agent"}
    for event in meant:
        assert event["engine"].startswith("calmline-wording-en/1-")
        final = finals[event["utterance_id"]]
        assert final["seq"] == event["seq"] - 1
        for meaning in event["meanings"]:
            quote = final["text"][meaning["start"] : meaning["end"]]
            assert quote == quote.strip() != ""


def test_replaying_the_log_gives_the_advice_byte_for_byte(words: tuple[str, list[str]]) -> None:
    _, lines = words
    log = list(read_log(lines))
    facts = [logged.event for logged in log if isinstance(logged.event, Fact)]
    again = iter(
        replay(facts, ("caller", "agent"), "en", bundled("en"), Thresholds(), call_id="en-rising")
    )
    for logged, line in zip(log, lines, strict=True):
        if not isinstance(logged.event, Fact):
            assert to_line("en-rising", type(logged)(logged.seq, next(again))) == line
    assert next(again, None) is None


def test_demo_words_are_stamped_and_never_scored(tmp_path: Path) -> None:
    other = write_wav(tmp_path / "other.wav", speech(12))
    output, events = analysed(other, tmp_path / "log.jsonl", "--demo-words")
    assert "DEMO WORDS" in output
    assert {"demo_words"} == {e["reason"] for e in events if e["type"] == "degraded"}
