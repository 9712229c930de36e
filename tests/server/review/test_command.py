"""`calmline review` as a user types it."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import webvtt
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from server.bundled import bundled_calls
from server.cli import main
from server.review.assessment import NAME, Assessment, HumanAnswer, written
from server.wire import read_log
from tests.files import speech, tone, write_wav
from tests.server.review.test_polish import completion, endpoint, says
from voice.decode import Recording
from voice.events import CallEnded

FILES = {"events.jsonl", "report.html", "report.json", "transcript.vtt"}


def calmline(*arguments: object, folder: Path) -> Result:
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])


def report(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text("utf-8"))


def embedded(folder: Path) -> bytes:
    """The recording inside a page."""
    page = (folder / "report.html").read_text("utf-8")
    found = max(re.findall(r"[A-Za-z0-9+/=]{1000,}", page), key=len, default="")
    return base64.b64decode(found) if found.startswith("T2dnUw") else b""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All bundled calls, reviewed by one command, without words."""
    out = tmp_path_factory.mktemp("samples")
    files = [call.path for call in bundled_calls().values()]
    done = calmline(
        "review", *files, "--caller", "left", "--no-words", "--no-audio", "--out", out, folder=out
    )
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundled call with its words and its sound, and its note worded by a model."""
    out = tmp_path_factory.mktemp("worded")
    call = bundled_calls()["en-gives-up"].path
    with endpoint(says(completion("It was worded.", model="m-7"))) as (url, asked):
        done = calmline(
            "review", call, "--caller", "left", "--out", "made", "--llm", url, folder=out
        )
    assert done.exit_code == 0, done.output
    assert len(asked) == 1
    for line in ("wanted", "outcome", "coverage", "score", "hear 1", "made/en-gives-up"):
        assert line in done.stdout
    return out / "made" / "en-gives-up"


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    printed = CliRunner().invoke(main, ["schema", "--report"])
    found = json.loads(printed.stdout)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("name", list(bundled_calls()))
def test_each_bundled_call_has_its_report(
    name: str, samples: Path, schema: Draft202012Validator
) -> None:
    folder = samples / name
    assert {path.name for path in folder.iterdir()} == FILES
    found = report(folder)
    schema.validate(found)
    call = bundled_calls()[name]
    assert found["call"]["duration_s"] == pytest.approx(call.duration_s, abs=0.1)
    (file,) = found["call"]["files"]
    assert (file["name"], file["sha256"], file["channels"]) == (f"{name}.wav", call.sha256, 2)
    assert found["versions"]["model"] is None
    assert "voice_only" in [limit["kind"] for limit in found["limits"]]
    assert found["transcript"] == []
    assert [lane["role"] for lane in found["lanes"]] == ["caller", "agent"]
    assert embedded(folder) == b""
    log = list(read_log((folder / "events.jsonl").read_text("utf-8").splitlines()))
    (ended,) = [one.event for one in log if isinstance(one.event, CallEnded)]
    assert ended.at_s == found["call"]["duration_s"]


def test_the_schema_knows_what_a_report_is(worded: Path, schema: Draft202012Validator) -> None:
    found = report(worded)
    schema.validate(found)
    assert not schema.is_valid({**found, "more": 1})
    assert not schema.is_valid({name: found[name] for name in found if name != "call"})


def test_words_their_captions_and_the_sound(worded: Path) -> None:
    found = report(worded)
    said = [one["text"] for one in found["transcript"]]
    assert "It stopped working last week" in " ".join(said)
    captions = webvtt.read(str(worded / "transcript.vtt")).captions
    assert [caption.text for caption in captions] == [text for text in said if text]
    assert {caption.voice for caption in captions} == {"caller", "agent"}
    assert found["versions"]["model"].startswith("nano")
    assert found["scorecard"]["score"] is not None
    assert found["effective"]["score"] == found["scorecard"]["score"]
    sound = worded.with_name("sound.opus")
    sound.write_bytes(embedded(worded))
    with sound.open("rb") as file:
        recording = Recording(file)
        heard_s = sum(block.shape[1] for block in recording.blocks()) / 8000
    assert heard_s == pytest.approx(found["call"]["duration_s"], abs=0.2)


def test_a_worded_note_stands_beside_the_extracted_one(worded: Path) -> None:
    found = report(worded)
    assert found["polished"] == {"text": "It was worded.", "model": "m-7", "host": "127.0.0.1"}
    assert "last week" in found["note"]["request"]["text"]


def test_what_people_said_outlives_the_report(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(30))
    arguments = ("review", wav, "--caller", "left", "--no-audio", "--no-words")
    assert calmline(*arguments, folder=tmp_path).exit_code == 0
    folder = tmp_path / "call"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert calmline(*arguments, folder=tmp_path).exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before  # idempotent
    first = report(folder)
    criterion = first["scorecard"]["answers"][0]
    assert criterion["answer"] is None  # without words
    answer = HumanAnswer(
        criterion_id=criterion["criterion_id"], answer="yes", by="anna", at="x",
        form=first["versions"]["form"],
    )  # fmt: skip
    text = written(Assessment(answers=(answer,)))
    (folder / NAME).write_text(text, "utf-8")
    assert calmline(*arguments, folder=tmp_path).exit_code == 0
    again = report(folder)
    assert (folder / NAME).read_text("utf-8") == text
    assert again["assessment"]["answers"][0]["by"] == "anna"
    assert again["effective"]["by_people"] == 1
    assert again["effective"]["assessed_share"] > again["scorecard"]["assessed_share"]
    assert "anna" in (folder / "report.html").read_text("utf-8")
    (folder / NAME).write_text("{", "utf-8")
    broken = calmline(*arguments, folder=tmp_path)
    assert broken.exit_code == 2
    assert "move it away" in broken.stderr
    assert report(folder) == again


def test_another_call_of_that_name_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first = write_wav(tmp_path / "call 1.wav", speech(12))
    second = write_wav(tmp_path / "other" / "call 1.wav", speech(14))
    for _ in range(2):
        done = calmline("review", first, second, "--no-words", "--no-audio", folder=tmp_path)
        assert done.exit_code == 0, done.output
    one, other = sorted(path for path in tmp_path.iterdir() if (path / "report.html").exists())
    assert one.name == "call-1"
    assert re.fullmatch(r"call-1-[0-9a-f]{8}", other.name)
    assert report(one)["call"]["duration_s"] == 12
    assert report(other)["call"]["duration_s"] == 14


def test_bad_files_cost_a_line_each_and_the_others_are_done(tmp_path: Path) -> None:
    call = speech(12)
    good = {
        "rate48k": write_wav(tmp_path / "rate48k.wav", np.repeat(call, 6, axis=1), 48000),
        "bits8": write_wav(tmp_path / "bits8.wav", call, width=1),
        "clipped": write_wav(tmp_path / "clipped.wav", 30 * call),
        "truncated": write_wav(tmp_path / "truncated.wav", speech(20)),
    }
    half = good["truncated"].read_bytes()
    good["truncated"].write_bytes(half[: len(half) * 2 // 3])
    silent = write_wav(tmp_path / "silent.wav", np.zeros((2, 80000), np.float32))
    six = write_wav(tmp_path / "six.wav", tone(440, 8000, 1.0, channels=6))
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_bytes(b"hello\n" * 500)
    header = write_wav(tmp_path / "header.wav", call)
    header.write_bytes(header.read_bytes()[:44])
    bad = {
        tmp_path / "empty.wav": "not audio",
        silent: "no speech",
        six: "6 channels",
        tmp_path / "text.wav": "not audio",
        header: "not one sample",
        tmp_path / "none.wav": "no such file",
    }
    mixed = [
        path for pair in zip(bad, [*good.values(), *good.values()], strict=False) for path in pair
    ]
    files = list(dict.fromkeys(mixed))
    out = tmp_path / "out"
    done = calmline(
        "review", *files, "--caller", "left", "--no-words", "--no-audio", "--out", out,
        folder=tmp_path,
    )  # fmt: skip
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    for path, complaint in bad.items():
        (line,) = [line for line in lines if path.name in line]
        assert line.startswith("calmline: ")
        assert complaint in line
    assert any("clipped" in line for line in lines)
    assert any("cut off" in line for line in lines)
    assert len(lines) == len(bad) + 2
    assert {path.name for path in out.iterdir()} == set(good)
    for name in good:
        assert {path.name for path in (out / name).iterdir()} == FILES


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(12))
    assert calmline("review", wav, "--no-words", folder=tmp_path).exit_code == 0
    before = (tmp_path / "call" / "report.html").read_bytes()
    write_wav(wav, np.zeros((2, 80000), np.float32))
    (tmp_path / "call" / "report.json").unlink()  # else it would be another call
    assert calmline("review", wav, "--no-words", folder=tmp_path).exit_code == 2
    assert (tmp_path / "call" / "report.html").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"call", "call.wav"}


@pytest.mark.parametrize("kind", ["mono", "identical"])
def test_what_cannot_be_known_is_said(tmp_path: Path, kind: str) -> None:
    call = speech(20, tracks=1)
    wav = write_wav(tmp_path / "call.wav", call if kind == "mono" else np.tile(call, (2, 1)))
    done = calmline("review", wav, "--caller", "left", "--no-words", "--no-audio", folder=tmp_path)
    assert done.exit_code == 0, done.output
    found = report(tmp_path / "call")
    kinds = [limit["kind"] for limit in found["limits"]]
    assert ("mono" if kind == "mono" else "identical_channels") in kinds
    # identical channels are known for what they are after 5 s of speech
    assert all(point["index"] is None for point in found["index"][-1:])
    assert all(point["at_s"] < 15 for point in found["index"] if point["index"] is not None)
    assert found["scorecard"]["score"] is None
    assert found["lanes"][0]["speech"]


def test_two_mono_files_are_one_call(tmp_path: Path) -> None:
    call = speech(14)
    mine = write_wav(tmp_path / "caller.wav", call[:1])
    theirs = write_wav(tmp_path / "agent.wav", call[1:])
    done = calmline("review", "--two", mine, theirs, "--no-words", folder=tmp_path)
    assert done.exit_code == 0, done.output
    found = report(tmp_path / "caller")
    assert found["roles"] == ["caller", "agent"]
    assert [file["name"] for file in found["call"]["files"]] == ["caller.wav", "agent.wav"]
    assert embedded(tmp_path / "caller")


def test_large_sound_lies_beside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(12))
    monkeypatch.setattr("server.review.page.EMBEDDED_BYTES", 1000)
    assert calmline("review", wav, "--no-words", folder=tmp_path).exit_code == 0
    assert (tmp_path / "call" / "audio.opus").read_bytes().startswith(b"OggS")
    assert 'audio.opus"' in (tmp_path / "call" / "report.html").read_text("utf-8")
    monkeypatch.undo()
    assert calmline("review", wav, "--no-words", folder=tmp_path).exit_code == 0
    assert not (tmp_path / "call" / "audio.opus").exists()
    assert embedded(tmp_path / "call")


def test_sound_that_nobody_wrote_down_cannot_be_redacted(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(12))
    done = calmline("review", wav, "--no-words", "--redact-audio", folder=tmp_path)
    assert done.exit_code == 0
    assert "the report has no sound" in done.stderr
    assert embedded(tmp_path / "call") == b""


def test_json_for_machines(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(12))
    done = calmline(
        "review", wav, tmp_path / "none.wav", "--no-words", "--no-audio", "--json", folder=tmp_path
    )
    assert done.exit_code == 2
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["report"] == report(tmp_path / "call")
    assert (second["name"], "no such file" in second["error"]) == ("none", True)


def test_precise_changes_the_curve_and_nothing_else(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(14))
    arguments = ("review", wav, "--caller", "left", "--no-words", "--no-audio")
    assert calmline(*arguments, folder=tmp_path).exit_code == 0
    fast, log = report(tmp_path / "call"), (tmp_path / "call" / "events.jsonl").read_bytes()
    assert calmline(*arguments, "--precise", folder=tmp_path).exit_code == 0
    slow = report(tmp_path / "call")
    assert (tmp_path / "call" / "events.jsonl").read_bytes() == log
    assert (fast["f0_by"], slow["f0_by"]) == ("calmline", "pyin")
    pairs = [
        (one["f0_st"], other["f0_st"])
        for one, other in zip(fast["voice"], slow["voice"], strict=True)
        if one["f0_st"] is not None and other["f0_st"] is not None
    ]
    assert len(pairs) > 5
    assert np.median([abs(one - other) for one, other in pairs]) < 1.0  # semitones
    assert [one for one, other in pairs] != [other for one, other in pairs]
    for kept in ("index", "states", "stages", "cards", "scorecard", "note", "conduct"):
        assert fast[kept] == slow[kept]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--two",), "two mono files"),
        (("--offset-s", "1"), "--two"),
        (("--llm", "ftp://x"), "--llm"),
        (("--form", "none.yaml"), "no such file"),
        (("--form", "call.wav"), "UTF-8"),
        (("--playbook", "none.yaml"), "no such file"),
        (("--out", "call.wav"), "call.wav"),
    ],
)
def test_what_is_said_of_all_calls_is_checked_first(
    tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    write_wav(tmp_path / "call.wav", speech(2))
    done = calmline("review", "call.wav", *arguments, folder=tmp_path)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"call.wav"}
