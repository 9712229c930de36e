"""Alive, ready or not and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from server.lane.state import LaneState
from server.store.errors import StoreError
from server.store.writer import StoreWriter

from .conftest import Site
from .stage import calm


def lane(**fields: Any) -> LaneState:
    usual: dict[str, Any] = {
        "engine": "nano", "workers": 2, "ready": 2, "capacity": 9.0, "load": 0.25,
        "finals_waiting": 1, "partials_waiting": 0, "busy": 1, "oldest_s": 0.5,
        "delay_p50_s": 0.1, "delay_p95_s": 0.2, "delay_max_s": 0.3, "real_time_factor": 0.22,
        "heard": 40, "missing": {"timeout": 1}, "shed": 2, "restarts": 0, "processes": (1, 2),
    }  # fmt: skip
    return LaneState(**{**usual, **fields})


@pytest.fixture(autouse=True)
def _calm_again(site: Site) -> Iterator[None]:
    yield
    site.floor.now = calm()


def test_alive(site: Site) -> None:
    answer = site.client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_ready(site: Site) -> None:
    site.floor.now = calm(lane=lane())
    answer = site.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "reasons": [], "notes": [], "calls": 3, "most_calls": 500,
        "voice_workers": 2, "store_delay_s": 0.0,
        "lane": {
            "ready": 2, "workers": 2, "capacity": 9.0, "calls": 4, "delay_p95_s": 0.2,
            "real_time_factor": 0.22,
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"draining": True}, "the server is going down"),
        ({"most_calls": 3}, "there are 3 calls already"),
        ({"workers_alive": 1}, "1 of 2 voice workers are alive"),
        ({"lane": lane(ready=0)}, "none of 2 transcribers is ready"),
    ],
)
def test_not_ready(site: Site, fields: dict[str, Any], reason: str) -> None:
    site.floor.now = calm(**fields)
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["reasons"] == [reason]


def test_ready_though_words_may_come_late(site: Site) -> None:
    site.floor.now = calm(calls=6, lane=lane(ready=1))
    answer = site.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["notes"] == [
        "1 of 2 transcribers are ready",
        "words may come late: 6 calls, the lane keeps up with 4",
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("failed", "disk is full", "nothing can be stored: disk is full"),
        ("delay_s", 2.51, "nothing was stored for 2.5 s"),
    ],
)
def test_nothing_is_stored(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str, value: object, reason: str
) -> None:
    monkeypatch.setattr(StoreWriter, name, property(lambda writer: value))
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == [reason]


def test_nothing_can_be_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**query: object) -> None:
        raise StoreError("cannot read the store: no such table")

    monkeypatch.setattr(site.floor.store, "calls", fail)
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["cannot read the store: no such table"]
