"""What a review costs: an hour without words, its memory, and words beside faster-whisper's own.

    python -m tests.benchmarks.review [--call FILE] [--minutes 60] [--peer-minutes 4]

The hour is a call repeated: a shared recording where there is one, else the bundled calls. CPU
seconds of the process, after a short recording has loaded everything. Memory is the greatest that
a process of its own ever held, for a tenth of the length and for the whole. With words both sides
have a model of Whisper tiny's size and random weights, on one thread, that is made to say as many
tokens; ours are all seconds of `calmline review` on the file, theirs transcription alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from coaching.playbook import bundled
from coaching.review import review_of
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from models.catalog import Places
from server.hearing import CallFiles, How, hear
from server.lane.client import Lane, LaneSettings
from server.review import make as making
from server.review.audio import write_opus
from server.review.make import Lanes, Wanted, make
from server.words import WordsPlan
from tests.conftest import ROOT
from tests.files import write_wav
from tests.voice.sound import SAMPLES, sample
from voice.clock import RATE
from voice.decode import BLOCK, Recording

SHARED = "calls/auto-repair-40.flac"
PARTS = ("hear", "review_of", "write_opus", "render")
"""Steps of `make` that are timed; the rest is reading checksums and writing files."""


def material(call: Path | None) -> NDArray[np.float32]:
    """A call to repeat [shape=(2, n)]."""
    shared = Path(os.environ.get("CALMLINE_DATA", ROOT.parent / "shared" / "data")) / SHARED
    path = call or (shared if shared.is_file() else None)
    if path is None:
        return np.concatenate([sample(name)[0] for name in SAMPLES], axis=1)
    with path.open("rb") as file:
        return np.concatenate(list(Recording(file).blocks()), axis=1)


def recording(folder: Path, call: NDArray[np.float32], minutes: float) -> Path:
    """Write a call, repeated up to a length."""
    wanted = round(minutes * 60 * RATE)
    whole = np.tile(call, (1, -(-wanted // call.shape[1])))[:, :wanted]
    return write_wav(folder / f"{minutes:g}min.wav", whole)


def without_words(path: Path, out: Path, *, audio: bool = True) -> None:
    """Review a recording by voice alone."""
    wanted = Wanted(how=How(language="en"), words=False, audio=audio)
    nowhere = Places(fetched=out, cache=out)
    with Lanes() as lanes:
        make(CallFiles(paths=(path,), caller="left"), out, wanted, lanes, nowhere)


def core_alone(call: NDArray[np.float32], minutes: float) -> float:
    """CPU seconds of the core for so long a call, without files: what the machine can do now."""
    session = CallSession(
        CallSetup(
            call_id="core",
            roles=("caller", "agent"),
            language="en",
            playbook=bundled("en"),
            thresholds=Thresholds(),
        )
    )
    left = round(minutes * 60 * RATE)
    start = time.process_time()
    while left > 0:
        for at in range(0, min(left, call.shape[1]), BLOCK):
            session.feed(call[:, at : at + BLOCK])
        left -= call.shape[1]
    session.finish()
    return time.process_time() - start


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Note CPU seconds of each step of what is made inside."""
    spent: dict[str, float] = dict.fromkeys(PARTS, 0.0)

    def noting(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return step(*arguments, **named)
            finally:
                spent[name] += time.process_time() - start

        return run

    import server.review.page as page

    with (
        patch.object(making, "hear", noting("hear", hear)),
        patch.object(making, "review_of", noting("review_of", review_of)),
        patch.object(making, "write_opus", noting("write_opus", write_opus)),
        patch.object(page, "render", noting("render", page.render)),
    ):
        yield spent


def peak_mb(path: Path, out: Path) -> float:
    """Review a recording in a process of its own; the greatest memory that it held."""
    # not ru_maxrss, which a process inherits from the one that starts it
    code = (
        "import sys; from pathlib import Path; from tests.benchmarks import review;"
        "review.without_words(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print(*[x.split()[1] for x in open('/proc/self/status') if x.startswith('VmHWM')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(out)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout) / 1024


class One(Lanes):
    """A lane that is there already."""

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self._there = lane

    def of(self, words: WordsPlan) -> Lane:
        """Give it, whatever is planned."""
        return self._there


def with_words(path: Path, out: Path) -> tuple[float, float, int]:
    """Review a recording with words.

    Returns
    -------
    tuple
        CPU seconds of this process, those of the lane's (both after start-up), and tokens.
    """
    from server.wire import read_log
    from voice.events import UtteranceEnded

    from .words_models import TOKENS_PER_S, build, loader

    load = loader("tiny")
    assert load is not None
    wanted = Wanted(how=How(language="en"), model=str(build("tiny")))
    call = CallFiles(paths=(path,), caller="left")
    with Lane(load, LaneSettings(workers=1, nice=0, measure_s=0)) as lane:
        (pid,) = lane.state().processes
        before, start = process_s(pid), time.process_time()
        made = make(call, out, wanted, One(lane), Places(fetched=out, cache=out))
        own, lanes = time.process_time() - start, process_s(pid) - before
    log = read_log((made.folder / "events.jsonl").read_text("utf-8").splitlines())
    said_s = [
        event.event.at_s - event.event.sound_start_s
        for event in log
        if isinstance(event.event, UtteranceEnded)
    ]
    return own, lanes, round(TOKENS_PER_S * sum(said_s))


def process_s(pid: int) -> float:
    """CPU seconds of a process that runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def batched(path: Path, tokens: int) -> float:
    """CPU seconds of faster-whisper's batched pipeline for both tracks of a recording."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel
    from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from voice.resample import double_rate

    from .words_models import build
    from .words_peers import BATCH, BEAM, CHUNK_S, most

    model = WhisperModel(str(build("tiny")), device="cpu", compute_type="int8", cpu_threads=1)
    pipeline = BatchedInferencePipeline(model)
    with path.open("rb") as file:
        both = np.concatenate(list(Recording(file).blocks()), axis=1)
    tracks = [double_rate(track) for track in both]
    options = VadOptions(max_speech_duration_s=CHUNK_S, min_silence_duration_ms=160)
    chunks = [
        len(collect_chunks(t, get_speech_timestamps(t, options), max_duration=CHUNK_S)[0])
        for t in tracks
    ]
    with threadpool_limits(1):
        start = time.process_time()
        for track in tracks:
            segments, _ = pipeline.transcribe(
                track,
                language="en",
                beam_size=BEAM,
                temperature=0.0,
                without_timestamps=True,
                word_timestamps=True,
                max_new_tokens=most(round(tokens / sum(chunks))),
                batch_size=BATCH,
            )
            list(segments)
        return time.process_time() - start


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--call", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--peer-minutes", type=float, default=4.0)
    arguments = parser.parse_args()
    call = material(arguments.call)
    with TemporaryDirectory() as name:
        folder = Path(name)
        without_words(recording(folder, call, 1.0), folder / "warm")
        long = recording(folder, call, arguments.minutes)
        start = time.process_time()
        with timed() as spent:
            without_words(long, folder / "long")
        whole = time.process_time() - start
        print(f"{arguments.minutes:g} min of two tracks, without words: {whole:.1f} s CPU")
        tenth = core_alone(call, arguments.minutes / 10)
        print(f"  (the core alone, a tenth of it times ten, now: {10 * tenth:.1f} s)")
        for part, seconds in spent.items():
            print(f"  {part:<11} {seconds:6.1f} s")
        print(f"  {'all else':<11} {whole - sum(spent.values()):6.1f} s")
        page = next((folder / "long").glob("*/report.html")).stat().st_size
        print(f"  page {page / 1e6:.1f} MB")
        short = recording(folder, call, arguments.minutes / 10)
        for path in (short, long):
            mb = peak_mb(path, folder / f"memory-{path.stem}")
            print(f"peak memory for {path.stem}: {mb:.0f} MB")
        if arguments.peer_minutes:
            path = recording(folder, call, arguments.peer_minutes)
            own, lane, tokens = with_words(path, folder / "words")
            theirs = batched(path, tokens)
            print(f"{arguments.peer_minutes:g} min with words, {tokens} tokens:")
            print(f"  review {own + lane:.1f} s CPU: {lane:.1f} s words, {own:.1f} s all else")
            print(f"  batched faster-whisper {theirs:.1f} s CPU: words alone")


if __name__ == "__main__":
    main()
