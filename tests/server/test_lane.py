"""The lane with real worker processes, and a transcriber that does as it is told."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from models import catalog, whisper
from models.transcriber import Transcript
from server.lane.client import Lane, LaneError
from server.lane.desk import Answer, NotHeard
from server.lane.settings import LaneSettings
from server.lane.worker import Loader
from tests.conftest import ROOT
from tests.models import tiny
from tests.server.lane_fakes import (
    PATIENCE_S,
    FakeTranscriber,
    gone,
    load,
    load_none,
    load_once,
    sound,
    until,
)
from tests.voice.sound import sample
from voice.resample import double_rate


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    """A lane of two workers that is never broken."""
    with Lane(load, LaneSettings(workers=2, nice=0, measure_s=0.1)) as opened:
        yield opened


@contextmanager
def own_lane(loader: Loader = load, *, workers: int = 1, limit_s: float = 60.0) -> Iterator[Lane]:
    """A lane that a test may break."""
    settings = LaneSettings(
        workers=workers, nice=0, measure_s=0.01, limit_s=limit_s, backoff_s=0.01
    )
    with Lane(loader, settings) as opened:
        yield opened


def said(future: Future[Answer]) -> str:
    answer = future.result(PATIENCE_S)
    assert isinstance(answer, Transcript)
    return answer.text


def why(future: Future[Answer]) -> str:
    answer = future.result(PATIENCE_S)
    assert isinstance(answer, NotHeard)
    return answer.reason


def truth(seconds: float, seed: int) -> str:
    return FakeTranscriber().transcribe(sound(seconds, seed), "en").text


def test_everybody_gets_the_words_of_his_own_call(lane: Lane) -> None:
    def call(number: int) -> None:
        futures = [
            lane.submit(f"call-{number}", str(part), sound(2.0, 100 * number + part), "en")
            for part in range(5)
        ]
        for part, future in enumerate(futures):
            assert said(future) == truth(2.0, 100 * number + part)

    before = lane.state().heard
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert lane.state().heard == before + 40


def test_asyncio_may_await_the_words(lane: Lane) -> None:
    async def ask() -> Answer:
        return await asyncio.wrap_future(lane.submit("call", "1", sound(), "zh"))

    answer = asyncio.run(ask())
    assert isinstance(answer, Transcript)
    assert answer.language == "zh"


def test_it_says_how_it_is(lane: Lane) -> None:
    said(lane.submit("call", "1", sound(4.0), "en"))
    state = lane.state()
    assert (state.workers, state.ready, state.engine) == (2, 2, "fake-1")
    assert len(set(state.processes)) == 2
    # each says that 20 ms are enough for 4 s
    assert state.capacity is not None
    assert state.capacity == pytest.approx(2 * 4.0 / 0.020, rel=0.2)
    assert state.calls == int(state.capacity / 2 / 1.1)
    assert state.delay_p50_s is not None
    assert state.delay_p95_s is not None
    assert state.delay_max_s is not None
    assert 0 <= state.delay_p50_s <= state.delay_p95_s <= state.delay_max_s < PATIENCE_S
    assert state.real_time_factor is not None
    assert 0 < state.real_time_factor < 1
    assert (state.finals_waiting, state.missing, state.restarts) == (0, {}, 0)


def test_what_the_engine_refuses_is_missing_and_nothing_said_gets_out(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with own_lane() as lane:
        assert why(lane.submit("call", "1", sound(), "en", hotwords="fail")) == "failed"
        assert said(lane.submit("call", "2", sound(), "en")) == truth(1.0, 0)
        assert lane.state().missing == {"failed": 1}
    assert capfd.readouterr() == ("", "")


def test_a_busy_call_does_not_hold_up_another(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    order: list[str] = []
    with own_lane() as lane:
        first = lane.submit("busy", "0", sound(), "en", hotwords=f"gate:{gate}")
        until(lambda: lane.state().busy == 1)
        futures = [lane.submit("busy", str(number), sound(), "en") for number in range(1, 100)]
        futures.append(lane.submit("other", "0", sound(), "en"))
        for future, name in zip(futures, ["busy"] * 99 + ["other"], strict=True):
            future.add_done_callback(lambda _, name=name: order.append(name))  # type: ignore[misc]
        assert lane.state().finals_waiting == 100
        assert lane.state().oldest_s > 0
        gate.touch()
        said(first)
        assert len({said(future) for future in futures}) == 1
        until(lambda: len(order) == 100)
    assert order.index("other") == 1


def test_partials_are_for_calls_that_somebody_watches(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with own_lane() as lane:
        assert why(lane.submit("call", "1", sound(), "en", kind="partial")) == "shed"
        lane.watch("call", True)
        assert said(lane.submit("call", "1", sound(), "en", kind="partial")) == truth(1.0, 0)
        held = lane.submit("other", "1", sound(), "en", hotwords=f"gate:{gate}")
        until(lambda: lane.state().busy == 1)
        older = lane.submit("call", "1", sound(), "en", kind="partial", deadline_s=60.0)
        newer = lane.submit("call", "1", sound(2.0), "en", kind="partial", deadline_s=60.0)
        assert why(older) == "shed"
        final = lane.submit("call", "1", sound(), "en")
        assert why(newer) == "shed"
        gate.touch()
        assert said(held) == said(final)
        assert lane.state().shed == 3
        lane.watch("call", False)


def test_what_is_overdue_or_cancelled_is_not_done(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with own_lane() as lane:
        held = lane.submit("call", "1", sound(), "en", hotwords=f"gate:{gate}")
        until(lambda: lane.state().busy == 1)
        overdue = lane.submit("call", "2", sound(), "en", deadline_s=0.0)
        cancelled = lane.submit("call", "3", sound(), "en")
        assert cancelled.cancel()
        gate.touch()
        said(held)
        assert why(overdue) == "deadline"
        assert said(lane.submit("call", "4", sound(), "en")) == truth(1.0, 0)
        assert lane.state().heard == 2


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with own_lane() as lane:
        future = lane.submit("call", "0", sound(1.0, 0), "en", hotwords=f"gate:{gate}")
        others = [lane.submit("call", str(n), sound(1.0, n), "en") for n in range(1, 6)]
        until(lambda: lane.state().busy == 1)
        (pid,) = lane.state().processes
        os.kill(pid, signal.SIGKILL)
        gate.touch()
        for number, answer in enumerate([future, *others]):
            assert said(answer) == truth(1.0, number)
        state = lane.state()
        assert (state.restarts, state.heard, state.missing) == (1, 6, {})
        assert state.capacity is not None
        assert state.processes != (pid,)


def test_an_utterance_that_kills_two_workers_is_missing_and_no_other(tmp_path: Path) -> None:
    with own_lane(workers=2) as lane:
        bad = lane.submit("bad", "1", sound(), "en", hotwords="die")
        once = lane.submit("bad", "2", sound(), "en", hotwords=f"die-once:{tmp_path / 'mark'}")
        good = [lane.submit(f"call-{n}", "1", sound(1.0, n), "en") for n in range(20)]
        assert why(bad) == "crashed"
        assert said(once) == truth(1.0, 0)
        assert [said(future) for future in good] == [truth(1.0, n) for n in range(20)]
        assert lane.state().restarts == 3
        assert lane.state().missing == {"crashed": 1}


def test_a_worker_that_hangs_is_taken_for_dead(tmp_path: Path) -> None:
    with own_lane(limit_s=0.4) as lane:
        hangs = lane.submit("call", "1", sound(), "en", hotwords=f"gate:{tmp_path / 'never'}")
        assert why(hangs) == "crashed"
        until(lambda: lane.state().ready == 1)
        (pid,) = lane.state().processes
        os.kill(pid, signal.SIGSTOP)  # it reads no more, and this is too much for its pipe
        assert said(lane.submit("call", "2", sound(9.0), "en")) == truth(9.0, 0)
        assert lane.state().restarts == 3


def test_a_worker_that_dies_idle_is_replaced_before_it_is_needed() -> None:
    with own_lane() as lane:
        (pid,) = lane.state().processes
        os.kill(pid, signal.SIGKILL)
        until(lambda: lane.state().restarts == 1 and lane.state().ready == 1)
        assert said(lane.submit("call", "1", sound(), "en")) == truth(1.0, 0)
        assert lane.state().restarts == 1


def test_without_a_model_it_does_not_start() -> None:
    lane = Lane(load_none, LaneSettings(workers=2, measure_s=0, backoff_s=0.01))
    with pytest.raises(LaneError, match="calmline models fetch small"):
        lane.start()
    assert lane.state().processes == ()


def test_when_no_worker_can_be_had_that_is_the_answer(tmp_path: Path) -> None:
    with own_lane(partial(load_once, tmp_path / "mark")) as lane:
        waiting = [
            lane.submit("call", str(n), sound(), "en", hotwords="die" if n == 0 else None)
            for n in range(3)
        ]
        assert [why(future) for future in waiting] == ["down"] * 3
        assert why(lane.submit("call", "4", sound(), "en")) == "down"
        assert lane.state().ready == 0
        (tmp_path / "mark").unlink()  # the model is back
        until(lambda: lane.state().ready == 1)
        assert said(lane.submit("call", "5", sound(), "en")) == truth(1.0, 0)


def test_closing_finishes_what_is_there_or_says_that_it_did_not(tmp_path: Path) -> None:
    with own_lane() as lane:
        futures = [lane.submit("call", str(n), sound(), "en") for n in range(10)]
    assert {said(future) for future in futures} == {truth(1.0, 0)}
    assert why(lane.submit("call", "11", sound(), "en")) == "closed"
    lane.close()

    with own_lane() as lane:
        futures = [
            lane.submit("call", str(n), sound(), "en", hotwords=f"gate:{tmp_path / 'never'}")
            for n in range(3)
        ]
        until(lambda: lane.state().busy == 1)
        (pid,) = lane.state().processes
        lane.close(drain_s=0.05)
        assert [why(future) for future in futures] == ["closed"] * 3
    assert gone(pid)


def test_it_leaves_no_process_no_thread_and_no_file_behind() -> None:
    def used() -> set[str]:
        gc.collect()
        return set(os.listdir("/proc/self/fd"))

    with own_lane() as lane:  # multiprocessing keeps what it opens the first time
        said(lane.submit("call", "1", sound(), "en"))
    before, threads = used(), threading.active_count()
    with own_lane(workers=2) as lane:
        futures = [
            lane.submit("call", "1", sound(), "en", hotwords="die"),
            lane.submit("call", "2", sound(), "en"),
        ]
        for future in futures:
            future.result(PATIENCE_S)
        pids = lane.state().processes
    assert len(used()) == len(before)
    until(lambda: threading.active_count() <= threads)
    assert all(not Path(f"/proc/{pid}").exists() for pid in pids)
    assert not set(pids) & {child.pid for child in multiprocessing.active_children()}


def test_workers_end_when_the_server_is_killed() -> None:
    code = (
        "import sys, time\n"
        "from server.lane.client import Lane\n"
        "from server.lane.settings import LaneSettings\n"
        "from tests.server.lane_fakes import load, sound\n"
        "if __name__ == '__main__':\n"
        "    lane = Lane(load, LaneSettings(workers=1, measure_s=0))\n"
        "    lane.start()\n"
        "    print(*lane.state().processes, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdin is not None
    (pid,) = map(int, server.stdout.readline().split())
    assert not gone(pid)
    server.kill()
    server.wait()
    until(lambda: gone(pid))
    server.stdin.close()
    server.stdout.close()


def test_a_real_engine_in_a_real_worker(tmp_path: Path) -> None:
    folder = tiny.build(tmp_path / "greeter", [" good", " afternoon"])
    model = catalog.find(str(folder), catalog.Places(fetched=tmp_path, cache=tmp_path))
    call, labels = sample("en-calm")
    start = round(labels["turns"][0]["start_s"] * 8000)
    speech = double_rate(call[1, start : start + 16000])
    with own_lane(partial(whisper.load, model, "cpu")) as lane:
        assert said(lane.submit("call", "1", speech, "en")) == "good afternoon"
        state = lane.state()
        assert state.engine is not None
        assert state.engine.startswith("greeter-")
        assert state.capacity is not None
        assert state.capacity > 1
