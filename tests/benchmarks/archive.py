"""What scoring an archive costs, and that nothing ends it.

``python -m tests.benchmarks.archive`` prints four tables; ``--only`` picks some of them.

``speed``   hours of audio an hour, on 1 and 2 workers, with and without words, beside
            faster-whisper's batched pipeline on the same files with the same model
``memory``  resident memory of a worker and of the writer, over hundreds of recordings
``kills``   ten seeded `kill -9`, then a run to the end: the rows of an undisturbed one
``ray``     the same recordings by both engines: the same rows

Words are those of a model of random weights that has the size of ``tiny`` and is made to say as
many tokens as people do (``words_models.py``). Times are of the machine as it is: compare within
one run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from server.archive.ledger import Ledger
from server.archive.parts import Parts
from server.archive.score import prepare, score_recording
from server.archive.tasks import Settings
from server.hearing import CallFiles, How, hear
from tests.conftest import ROOT
from tests.server.archive.killed import Run, killed
from tests.server.archive.made import clip, clips, rows, same, task

from .archive_words import bare, with_words

CALLS = ("en-calm", "en-gives-up", "en-rising")


def copies(folder: Path, count: int) -> Path:
    """Make a folder of bundled calls, each so many times."""
    folder.mkdir()
    for name in CALLS:
        for number in range(count):
            (folder / f"{name}-{number}.wav").symlink_to(ROOT / "samples" / f"{name}.wav")
    return folder


def command(source: Path, out: Path, *more: str) -> dict[str, Any]:
    """Archive as a user does; the summary."""
    words = [sys.executable, "-m", "server.cli", "archive", str(source), "--out", str(out)]
    words += ["--no-words", "--caller", "left", "--language", "en", "--json", *more]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def speed(folder: Path, count: int) -> None:
    """Print hours of audio an hour."""
    calls = copies(folder / "calls", count)
    print(f"\nhours of audio an hour; {count} times the {len(CALLS)} English bundled calls, both")
    print("channels; words by random weights of the size of tiny, one thread each")
    print(f"{'':34}{'by the clock':>13}{'a CPU hour':>12}")

    def line(name: str, audio_s: float, wall_s: float, work_s: float) -> float:
        print(f"{name:34}{audio_s / wall_s:13.1f}{audio_s / work_s:12.1f}", flush=True)
        return audio_s / work_s

    files = sorted(calls.iterdir())[::count]
    line("the core alone, without rows", *core(files))
    for workers in (1, 2):
        found = command(calls, folder / f"voice-{workers}", "--workers", str(workers))
        line(f"voice only, {workers} worker(s)", found["audio_s"], found["wall_s"], found["work_s"])
    ours = line("with words, 1 worker(s)", *with_words(files, workers=1))
    line("with words, 2 worker(s)", *with_words(files, workers=2))
    theirs = line("faster-whisper batched, 1 thread", *bare(files))
    print(f"ours, voice and advice included, beside theirs, a CPU hour: {ours / theirs:.2f}")


def core(files: Sequence[Path]) -> tuple[float, float, float]:
    """Hear recordings without words and keep nothing: seconds of audio, by the clock, of CPU.

    The second time counts: libraries and phrases are loaded by then.
    """
    how = How(language="en")
    for _ in range(2):
        begun, audio_s = (time.monotonic(), time.process_time()), 0.0
        for file in files:
            heard = hear(CallFiles(paths=(file,), caller="left"), how, None, call_id=file.stem)
            audio_s += heard.events[-1].event.at_s
    return audio_s, time.monotonic() - begun[0], time.process_time() - begun[1]


def memory(folder: Path, count: int) -> None:
    """Print resident memory of one process that scores and writes."""
    files = [clip(folder / f"{number}.wav", number, seconds=20) for number in range(8)]
    prepare(Settings(run_id="memory", words=False, caller="left", language="en"))
    ledger = Ledger(folder)
    parts = Parts(folder, ledger, "memory", most_calls=20)
    print(f"\nresident memory in MB while {count} recordings of 20 s are scored and written")
    for number in range(count + 1):
        if number % (count // 8) == 0:
            print(f"{number:6} recordings {resident_mb():8.1f}", flush=True)
        scored = score_recording(task(files[number % len(files)], f"call-{number}"))
        assert scored.failure is None, scored.failure
        parts.add(scored)
    ledger.close()


def resident_mb() -> float:
    """Memory of this process that is in use (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


def kills(folder: Path, count: int) -> None:
    """Print whether killed runs lose or double a row."""
    calls = clips(folder / "calls", count)
    assert Run(calls, folder / "undisturbed").end() == 0
    print(f"\n`kill -9`, seeded, then a run to the end; {count} recordings, a part each")
    met = killed(calls, folder / "killed", times=10, seed=1, calls=count)
    found = {name: len(every) for name, every in rows(folder / "killed").items()}
    print(f"killed {met} times at work; rows {found}")
    print(f"the rows of an undisturbed run: {same(folder / 'killed', folder / 'undisturbed')}")


def ray(folder: Path, count: int) -> None:
    """Print whether both engines give the same rows."""
    calls = copies(folder / "calls", count)
    print("\nboth engines, 2 workers, voice only")
    for engine in ("pool", "ray"):
        found = command(calls, folder / engine, "--workers", "2", "--engine", engine)
        rate, cpu = found["hours_an_hour"], found["audio_s"] / found["work_s"]
        print(f"{engine:6} {found['scored']} calls, {rate:.1f} h an hour, {cpu:.1f} a CPU hour")
    print(f"the same rows: {same(folder / 'pool', folder / 'ray')}")


def main() -> None:
    """Run what is asked for."""
    tables: dict[str, tuple[Callable[[Path, int], None], int]] = {
        "speed": (speed, 3),
        "memory": (memory, 400),
        "kills": (kills, 24),
        "ray": (ray, 2),
    }
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=tables, nargs="+", default=[*tables])
    for name, (_, count) in tables.items():
        parser.add_argument(f"--{name}", type=int, default=count, metavar="N", help="how many")
    options = parser.parse_args()
    for name in options.only:
        with TemporaryDirectory(prefix="calmline-") as folder:
            tables[name][0](Path(folder), getattr(options, name))


if __name__ == "__main__":
    main()
