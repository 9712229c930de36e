"""What a call's rows say is what its log says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest

from coaching.playbook import Playbook
from server.archive import score
from server.archive.columns import CALLS, DATASETS, OUTCOMES, described
from server.archive.dictionary import dictionary
from server.archive.tasks import Scored, Settings
from server.wire import read_log
from tests.coaching.book import YAML
from tests.conftest import ROOT

from .made import calmline, clip, task

SAMPLES = ROOT / "samples"


def scored(path: Path, **settings: object) -> Scored:
    usual = {"run_id": "run", "words": False, "playbook": Playbook.from_yaml(YAML)}
    score.prepare(Settings(**{**usual, **settings}))  # type: ignore[arg-type]
    return score.score_recording(task(path))


@pytest.fixture(scope="module")
def rising(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scored, list[str]]:
    """A bundled call with its words, scored, and as `calmline run` hears it."""
    folder = tmp_path_factory.mktemp("rising")
    run = calmline("run", SAMPLES / "en-rising.wav", "--caller", "left", "--json", folder=folder)
    assert run.exit_code == 0
    return scored(SAMPLES / "en-rising.wav", words=True, playbook=None, caller="left"), (
        run.stdout.splitlines()
    )


def test_events_are_those_of_calmline_run(rising: tuple[Scored, list[str]]) -> None:
    found, run = rising
    assert found.events.column("body").to_pylist() == run
    assert sum('"words_final"' in line for line in run) > 10


def test_event_columns_repeat_the_body(rising: tuple[Scored, list[str]]) -> None:
    kinds = {}
    for row in rising[0].events.to_pylist():
        body = json.loads(row["body"])
        for name in ("seq", "type", "at_s", "known_at_s", "track", "role"):
            assert row[name] == body[name]
        kinds[row["type"]] = row["kind"]
        if row["type"] == "words_final":
            assert row["text"] == body["text"]
        if row["type"] == "objection_heard":
            assert (row["kind"], row["text"]) == (body["subject"], body["quote"])
        if row["type"].startswith("cue_"):
            assert row["card_id"] == body["card_id"]
    assert kinds["state_changed"] in ("calm", "tense")
    assert kinds["speech_started"] is None


def test_windows_say_what_the_log_says(rising: tuple[Scored, list[str]]) -> None:
    found, run = rising
    events = [json.loads(line) for line in run]
    indices = {e["at_s"]: e["index"] for e in events if e["type"] == "index_changed"}
    changes = [e for e in events if e["type"] == "state_changed"]
    windows = found.windows.to_pylist()
    assert len(windows) == sum(e["type"] == "prosody_window" for e in events)
    for row in windows:
        if row["role"] == "agent":
            assert (row["index"], row["state"], row["f0_median_st"]) == (None, None, None)
            continue
        assert row["index"] == indices.get(row["at_s"])
        before = [e["state"] for e in changes if e["known_at_s"] <= row["at_s"]]
        assert row["state"] == (before[-1] if before else "calm")
    assert {row["state"] for row in windows} == {None, "calm", "tense"}


def test_a_calls_row(rising: tuple[Scored, list[str]]) -> None:
    found, run = rising
    events = [json.loads(line) for line in run]
    row = found.call
    assert row is not None
    assert {*row} == {*CALLS.names} - {*OUTCOMES}
    assert row["peak_index"] == max(e["index"] or 0 for e in events if "index" in e)
    assert row["outcome"] == "soothed"
    assert row["tense_s"] > 5
    assert row["snr_db"] > 20
    assert row["coverage"] > 0.9
    assert 0.5 < row["word_probability"] <= 1
    assert row["cards_shown"] == sum(e["type"] == "cue_shown" for e in events)
    heard = [e["subject"] for e in events if e["type"] == "objection_heard"]
    for subject in ("price", "time", "service"):
        assert row[f"obj_{subject}"] == heard.count(subject)
    assert row["model"].startswith("nano-")
    assert (row["codec"], row["rate_hz"], row["channels"]) == ("pcm_mulaw", 8000, 2)


def test_without_words_nothing_is_said_of_them(tmp_path: Path) -> None:
    row = scored(clip(tmp_path / "a.wav"), caller="left").call
    assert row is not None
    for name in ("obj_price", "promises", "grade", "stage_worst", "coverage", "model", "solved"):
        assert row[name] is None
    assert row["words"] is False


def test_words_of_a_demo_model_count_for_nothing(tmp_path: Path) -> None:
    wav = clip(tmp_path / "a.wav", seconds=6)
    found = scored(wav, caller="left", words=True, demo_words=True)
    assert found.call is not None
    assert (found.call["words"], found.call["demo_words"]) == (True, True)
    assert found.call["obj_price"] is None
    assert found.call["stage_worst"] is None


@pytest.mark.parametrize(("tracks", "reason"), [(1, "mono"), (2, "unknown_role")])
def test_nobody_is_judged_by_a_guess(tmp_path: Path, tracks: int, reason: str) -> None:
    row = scored(clip(tmp_path / "a.wav", tracks=tracks)).call
    assert row is not None
    assert (row["mono"], row["no_index"]) == (tracks == 1, reason)
    for name in ("snr_db", "tense_s", "peak_index", "talk_share_caller", "talk_share_agent"):
        assert row[name] is None
    assert row["outcome"] == "not assessable"


def test_the_agents_voice_is_nowhere(rising: tuple[Scored, list[str]]) -> None:
    for line in rising[1]:
        event = json.loads(line)
        if event["type"] == "prosody_window" and event["role"] == "agent":
            assert event["level_db"] is None
            assert event["f0_median_hz"] is None
    told = {name for name in CALLS.names if "agent" in name or "conduct" in name}
    assert told == {"agent", "talk_share_agent", "obj_agent"}  # the last is what a caller says


def test_a_recording_cut_off_says_so(tmp_path: Path) -> None:
    wav = clip(tmp_path / "a.wav", seconds=5)
    wav.write_bytes(wav.read_bytes()[:-8000])
    row = scored(wav, caller="left").call
    assert row is not None
    assert row["complaint"].startswith("it is cut off: 8000 bytes are missing")


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_column_is_in_the_dictionary(dataset: str) -> None:
    text = dictionary()
    for name in DATASETS[dataset].names:
        assert len(described(DATASETS[dataset], name)) > 5
        assert f"| `{name}` |" in text


def test_log_lines_can_be_read_back(rising: tuple[Scored, list[str]]) -> None:
    logged = list(read_log(rising[0].events.column("body").to_pylist()))
    assert [one.seq for one in logged] == list(range(1, len(logged) + 1))


def test_a_recording_in_an_object_store(tmp_path: Path) -> None:
    wav = clip(tmp_path / "a.wav")
    here = scored(wav, caller="left", scratch=str(tmp_path))
    store = fsspec.filesystem("memory")
    store.pipe("/bucket/a.wav", wav.read_bytes())
    there = score.score_recording(replace(task(wav), addresses=("memory://bucket/a.wav",)))
    store.rm("/bucket", recursive=True)
    assert there.call == here.call
    assert there.events.equals(here.events)
    assert list(tmp_path.iterdir()) == [wav]  # what was brought is gone
    gone = score.score_recording(replace(task(wav), addresses=("memory://bucket/a.wav",))).failure
    assert gone is not None
    assert gone.reason == "it cannot be read (FileNotFoundError)"
    assert gone.again
