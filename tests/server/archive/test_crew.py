"""Both engines, held to the same: every recording comes out once, whatever its worker does."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from coaching.playbook import Playbook
from models.errors import ModelError
from server.archive import score
from server.archive.crew import Crew
from server.archive.engines import Engine, WorkerDied
from server.archive.on_ray import OnRay
from server.archive.pool import Pool
from server.archive.tasks import Scored, Settings, Task
from server.errors import Refused
from tests.coaching.book import YAML

from .deadly import DEADLY, DEADLY_ONCE, score_or_die
from .made import clip, task

SETTINGS = Settings(run_id="test", words=False, caller="left", playbook=Playbook.from_yaml(YAML))
ENGINES: dict[str, Callable[..., Engine]] = {"pool": Pool, "ray": OnRay}


@pytest.fixture(scope="module", params=["pool", "ray"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine, with one worker: others are hired as it dies."""
    before = signal.getsignal(signal.SIGTERM)
    engine = ENGINES[request.param](SETTINGS, 1, score_or_die)
    assert signal.getsignal(signal.SIGTERM) == before
    yield engine
    engine.close()


def scored(engine: Engine, tasks: list[Task], limit_s: float = 120) -> dict[str, Scored]:
    found = list(Crew(engine, limit_s).score(tasks, Event()))
    assert sorted(one.task.call_id for one in found) == sorted(one.call_id for one in tasks)
    return {one.task.call_id: one for one in found}


def test_a_worker_that_dies_costs_one_recording(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "no-audio.wav").write_bytes(b"RIFF" + bytes(100))
    good = [clip(tmp_path / f"good-{number}.wav", number) for number in range(3)]
    once = clip(tmp_path / f"{DEADLY_ONCE}.wav", 3)
    tasks = [task(path) for path in [*good[:1], once, tmp_path / "no-audio.wav", *good[1:]]]
    found = scored(engine, [task(good[0], DEADLY), *tasks])

    score.prepare(SETTINGS)
    for path in [*good, once]:
        here = score.score_recording(task(path))
        assert here.call is not None
        there = found[path.stem]
        assert there.call == here.call
        assert there.windows.equals(here.windows)
        assert there.events.equals(here.events)
        assert there.events.num_rows > 5
    for name, reason in {DEADLY: "its worker died over it", "no-audio": "it is not audio"}.items():
        failure = found[name].failure
        assert failure is not None
        assert failure.reason.startswith(reason)
        assert failure.do


def test_a_recording_that_hangs_costs_one_recording(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.archive.crew.TRIES", 1)  # a second try would only take time
    os.mkfifo(tmp_path / "hangs.wav")
    found = scored(engine, [task(tmp_path / "hangs.wav")], limit_s=0.5)
    failure = found["hangs"].failure
    assert failure is not None
    assert failure.reason == "it took longer than 0.5 s"
    assert "--timeout" in failure.do


class Hopeless:
    """An engine whose workers never get ready, or cannot be stopped by asking."""

    workers = 1

    def __init__(self, error: Exception) -> None:
        self.hired = 0
        self.error = error

    def hire(self) -> Hopeless:
        """Give itself."""
        self.hired += 1
        return self

    def start(self) -> None:
        """Fail."""
        raise self.error

    def score(self, task: Task, limit_s: float) -> Scored:
        """Never reached."""
        raise AssertionError

    def kill(self) -> None:
        """Nothing to kill."""

    def close(self) -> None:
        """Nothing to close."""


def test_workers_that_never_get_ready_end_the_run(tmp_path: Path) -> None:
    engine = Hopeless(WorkerDied())
    with pytest.raises(Refused, match="3 workers died while they loaded"):
        list(Crew(engine, 1).score([task(tmp_path / "x.wav")], Event()))
    assert engine.hired == 3


def test_a_model_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    engine = Pool(Settings(run_id="test", model=str(tmp_path)), 1)
    with pytest.raises(Refused, match=r"there is no model\.bin in it"):
        list(Crew(engine, 60).score([task(tmp_path / "x.wav")], Event()))
    with pytest.raises(ModelError):
        score.prepare(Settings(run_id="test", model=str(tmp_path)))


def test_a_stopped_crew_waits_for_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hangs.wav")
    good = clip(tmp_path / "good.wav")
    stop = Event()
    engine = Pool(SETTINGS, 1)
    found = []
    for one in Crew(engine, 3600).score([task(good), task(tmp_path / "hangs.wav")], stop):
        found.append(one.task.call_id)
        stop.set()
    assert found == ["good"]
