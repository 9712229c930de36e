from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from server.archive.progress import Tally, shown, spell
from server.archive.tasks import Scored, failed

from .made import task


def tally(*sizes: int, calls: int = 10, bytes_: int = 1000) -> Tally:
    """A tally after 100 s in which calls of these sizes, of 1 h each, were scored."""
    found = Tally(calls=calls, bytes=bytes_, begun_s=0.0)
    for size in sizes:
        one = task(Path("x.wav"))
        sized = type(one)(**{name: getattr(one, name) for name in one.__slots__} | {"bytes": size})
        found.add(Scored(task=sized, audio_s=3600.0, work_s=9.0))
    return found


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.archive.progress.time.monotonic", lambda: 100.0)


def test_the_rate_and_the_time_left_go_by_size() -> None:
    found = tally(100, 150)
    assert found.rate == 72  # hours of audio an hour
    assert found.share == 0.25
    assert found.left_s == 300
    assert found.line() == "2 of 10 calls, 72.0 h of audio an hour, 5 min left"


def test_without_sizes_they_go_by_calls() -> None:
    found = tally(0, 0, bytes_=0)
    assert (found.share, found.left_s) == (0.2, 400)
    assert tally(bytes_=0).left_s is None


def test_failures_are_told() -> None:
    found = tally(100)
    found.add(failed(task(Path("y.wav")), "it hangs", "look"))
    assert (found.scored, found.failed) == (1, 1)
    assert found.line().startswith("2 of 10 calls, 1 failed, ")


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (600, "10 min"), (9000, "2.5 h"), (400_000, "4.6 days")]
)
def test_times_fit_a_line(seconds: float, text: str) -> None:
    assert spell(seconds) == text


def test_where_there_is_no_terminal_there_is_a_line_a_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = tally(500)
    found.begun_s = 100.0
    with shown(found) as show:
        for now_s in (130.0, 161.0, 170.0, 222.0):
            with patch("server.archive.progress.time.monotonic", lambda now_s=now_s: now_s):
                show()
    assert len(capsys.readouterr().err.splitlines()) == 2
