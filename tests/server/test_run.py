"""`calmline run` as a user types it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from server.cli import main
from server.run import read_playbook
from server.wire import read_log
from tests.conftest import ROOT
from tests.files import speech, tone, write_wav


def calmline(*arguments: object, folder: Path) -> Result:
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refused(result: Result) -> str:
    """The one line that a refused command prints."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("calmline: ")
    return line


def test_an_account_and_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    result = calmline(
        "run", ROOT / "samples" / "en-rising.wav", "--caller", "left", "--no-words",
        "--events", log, folder=tmp_path,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    for word in ("caller", "agent", "tension", "Next:", "voice only", "soothed"):
        assert word in result.output
    events = list(read_log(log.read_text("utf-8").splitlines()))
    assert [logged.seq for logged in events] == list(range(1, len(events) + 1))
    assert not list(tmp_path.glob("*.part"))


def test_json_for_machines(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(12))
    result = calmline("run", wav, "--caller", "left", "--json", folder=tmp_path)
    assert result.exit_code == 0
    kinds = [json.loads(line)["type"] for line in result.stdout.splitlines()]
    assert kinds[0] == "call_started"
    assert kinds[-1] == "call_ended"
    assert [path.name for path in tmp_path.glob("**/*.jsonl")] == []


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(12))
    runs = [calmline("run", wav, "--caller", "left", "--json", folder=tmp_path) for _ in range(2)]
    assert runs[0].stdout_bytes == runs[1].stdout_bytes


def test_two_mono_files_are_one_call(tmp_path: Path) -> None:
    call = speech(20)
    caller = write_wav(tmp_path / "caller.wav", call[:1])
    agent = write_wav(tmp_path / "agent.wav", call[1:, 16000:])
    both = write_wav(tmp_path / "both.wav", call)
    ends = []
    for arguments in ((caller, agent, "--offset-s", 2), (both, "--caller", "left")):
        result = calmline("run", *arguments, "--json", folder=tmp_path)
        assert result.exit_code == 0, result.output
        ends.append(
            [
                (event["role"], event["start_s"], event["at_s"])
                for event in map(json.loads, result.stdout.splitlines())
                if event["type"] == "speech_ended" and event["start_s"] > 2.5
            ]
        )
    for two, one in zip(*ends, strict=True):
        assert two[0] == one[0]
        # the VAD of the later file has heard less before
        assert two[1:] == pytest.approx(one[1:], abs=0.3)
    assert {role for role, *_ in ends[0]} == {"caller", "agent"}


def test_without_a_caller_nobody_is_judged(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(30))
    result = calmline("run", wav, folder=tmp_path)
    assert result.exit_code == 0
    assert "--caller" in result.output
    assert "tension" not in result.output


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("empty.wav", b"", "not audio"),
        ("text.wav", b"hello\n" * 500, "not audio"),
        ("zeros.bin", bytes(4000), "no audio"),
    ],
)
def test_what_is_no_recording(tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    line = refused(calmline("run", path, folder=tmp_path))
    assert complaint in line
    assert name in line


def test_a_recording_cut_to_its_header(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "cut.wav", speech())
    path.write_bytes(path.read_bytes()[:44])
    assert "not one sample" in refused(calmline("run", path, folder=tmp_path))


def test_a_recording_cut_in_the_middle_is_used_with_a_word(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "cut.wav", speech(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    result = calmline("run", path, "--caller", "left", folder=tmp_path)
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    assert "cut off" in line


def test_a_clipped_recording_is_used_with_a_word(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "loud.wav", 30 * speech(12))
    result = calmline("run", path, "--caller", "left", folder=tmp_path)
    assert result.exit_code == 0
    assert "clipped" in result.stderr


@pytest.mark.parametrize("sound", ["silence", "tone"])
def test_a_recording_without_speech(tmp_path: Path, sound: str) -> None:
    samples = np.zeros((2, 80000), np.float32) if sound == "silence" else tone(440, 8000, 9.0, 2)
    path = write_wav(tmp_path / "nobody.wav", samples)
    assert "no speech" in refused(calmline("run", path, folder=tmp_path))
    assert not list(tmp_path.glob("**/*.jsonl*"))


def test_six_channels(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "six.wav", tone(440, 8000, 1.0, channels=6))
    assert "6 channels" in refused(calmline("run", path, folder=tmp_path))


@pytest.mark.parametrize(("rate", "width"), [(48000, 2), (8000, 1)])
def test_other_rates_and_widths_just_work(tmp_path: Path, rate: int, width: int) -> None:
    call = np.repeat(speech(12), rate // 8000, axis=1)
    path = write_wav(tmp_path / "call.wav", call, rate, width)
    result = calmline("run", path, "--caller", "left", folder=tmp_path)
    assert result.exit_code == 0, result.output
    assert "caller" in result.output


def test_what_does_not_exist(tmp_path: Path) -> None:
    assert "no such file" in refused(calmline("run", tmp_path / "none.wav", folder=tmp_path))
    assert "directory" in refused(calmline("run", tmp_path, folder=tmp_path))
    wav = write_wav(tmp_path / "call.wav", speech())
    for option in ("--playbook", "--thresholds"):
        line = refused(calmline("run", wav, option, tmp_path / "none", folder=tmp_path))
        assert "no such file" in line
    line = refused(
        calmline("run", wav, "--events", tmp_path / "no" / "where.jsonl", folder=tmp_path)
    )
    assert "no such file" in line


def test_three_files_are_too_many(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech())
    assert "two mono files" in refused(calmline("run", wav, wav, wav, folder=tmp_path))


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        ("--playbook", "cards: [", "not YAML"),
        ("--playbook", "language: en\ncards: 3\n", "playbook"),
        ("--thresholds", "cue_gap = 3", "cue_gap_s"),
        ("--thresholds", "cue_gap_s = 'long'", "cue_gap_s"),
        ("--thresholds", "= 3", "not TOML"),
    ],
)
def test_a_broken_playbook_or_thresholds_file(
    tmp_path: Path, option: str, text: str, complaint: str
) -> None:
    wav = write_wav(tmp_path / "call.wav", speech())
    path = tmp_path / "settings"
    path.write_text(text, "utf-8")
    assert complaint in refused(calmline("run", wav, option, path, folder=tmp_path))
    path.write_bytes(b"\xff\xfe\x00broken")
    assert "UTF-8" in refused(calmline("run", wav, option, path, folder=tmp_path))


def test_the_real_program_runs_by_both_names(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "call.wav", speech(10))
    for program in (
        [str(Path(sys.executable).parent / "calmline")],
        [sys.executable, "-m", "server"],
    ):
        done = subprocess.run(
            [*program, "run", str(wav), "--caller", "left", "--events", str(tmp_path / "e.jsonl")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "caller" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_offered(tmp_path: Path, shell: str) -> None:
    result = calmline("completion", shell, folder=tmp_path)
    assert result.exit_code == 0
    assert "_CALMLINE_COMPLETE" in result.output


@pytest.mark.parametrize(
    ("language", "say"), [("en", "Ours is different."), ("zh", "我们不一样。")]
)
def test_a_companys_folder_is_laid_over_the_bundled_cards(
    language: str, say: str, tmp_path: Path
) -> None:
    own = (
        f"language: {language}\ncards:\n  - id: ours\n    kind: company\n    when:\n"
        f"      - {{state: tense}}\n    why: x\n    say: {say}\n    next: y\n    avoid: z\n"
    )
    (tmp_path / "ours.yaml").write_text(own, "utf-8")
    book = read_playbook(tmp_path)
    assert book is not None
    assert book.language == language
    assert {card.id for card in book.cards} > {"ours", "tension-rises"}
