"""Figures for Prometheus: what this plane counts itself, and what others tell when asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .ports import Floor, Writing

if TYPE_CHECKING:
    from ..lane.state import LaneState
    from ..live.floor_state import FloorState
    from ..media.counters import Counters

PREFIX = "calmline_"


class Metrics:
    """Instruments of the control plane, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            PREFIX + "http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            PREFIX + "http_request_seconds",
            "Time to answer a request.",
            ("method", "route"),
            registry=self.registry,
        )
        self.consoles = Gauge(
            PREFIX + "consoles", "Websockets that watch calls.", registry=self.registry
        )
        self.slow_consoles = Counter(
            PREFIX + "slow_consoles",
            "Websockets closed because they took nothing.",
            registry=self.registry,
        )


class ServerCollector(Collector):
    """Asks the rest of the server how it is going, whenever somebody scrapes."""

    def __init__(self, floor: Floor, writer: Writing | None, media: Sequence[Counters]) -> None:
        self._floor = floor
        self._writer = writer
        self._media = media

    def collect(self) -> Iterable[Metric]:
        """Give the figures of now."""
        state = self._floor.state()
        yield from _of_floor(state)
        if state.lane is not None:
            yield from _of_lane(state.lane)
        if self._writer is not None:
            yield _gauge("store_delay_seconds", "Age of what waits.", self._writer.delay_s)
            yield _gauge("store_backlog", "Events that wait to be stored.", self._writer.backlog)
            yield _gauge(
                "store_failed", "1 while nothing can be stored.", bool(self._writer.failed)
            )
        for counters in self._media:
            yield from _of_media(counters)

    def describe(self) -> Iterable[Metric]:
        """Nothing: figures that others tell are not known before they are asked."""
        return ()


class Timed:
    """ASGI middleware that counts and times requests, by route rather than by address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and take the time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        start = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(method, route).observe(time.perf_counter() - start)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


_MEDIA = {
    "connections": "Sockets ever taken.",
    "calls": "Calls begun.",
    "resumes": "Calls resumed.",
    "broken": "Calls given up.",
    "frames": "Binary messages.",
    "bytes": "Their bytes.",
    "waits": "Times that reading stopped for a call with enough sound.",
    "lost": "Samples that never came.",
    "late": "Samples that came too late.",
    "dropped": "Samples left out.",
    "corrected": "Samples put in or left out for drift.",
}


def _of_floor(state: FloorState) -> Iterator[Metric]:
    yield _gauge("calls", "Calls that go on.", state.calls)
    yield _gauge("calls_watched", "Calls that go on and are watched.", state.watched)
    yield _gauge("backlog_seconds", "Sound that waits to be analysed.", state.backlog_s)
    yield _gauge("overrun_seconds", "Sound dropped in the calls that go on.", state.overrun_s)
    yield _gauge("voice_workers", "Threads that analyse.", state.workers_alive)
    yield _gauge("draining", "1 while no new call is taken.", state.draining)
    yield CounterMetricFamily(
        PREFIX + "rules_taken", "Times that cards and thresholds were read anew.", state.rules_taken
    )
    yield _gauge(
        "rules_refused", "1 while those on disk are broken.", state.rules_refused is not None
    )
    events = CounterMetricFamily(PREFIX + "events", "Events told.", labels=("type",))
    for kind, count in state.told.events.items():
        events.add_metric((kind,), count)
    yield events
    shown = state.told.events.get("cue_shown", 0)
    yield CounterMetricFamily(PREFIX + "cues_shown", "Cards shown.", shown)
    yield CounterMetricFamily(PREFIX + "unstored", "Events not stored.", state.told.unstored)
    told = state.told
    yield _quantiles(
        "decision_delay_seconds",
        "From sound to what follows from it, over the last turns.",
        {"0.5": told.delay_p50_s, "0.95": told.delay_p95_s, "0.99": told.delay_p99_s},
    )


def _of_lane(lane: LaneState) -> Iterator[Metric]:
    yield _gauge("lane_workers", "Processes that should transcribe.", lane.workers)
    yield _gauge("lane_ready", "Processes that can transcribe.", lane.ready)
    if lane.capacity is not None:
        yield _gauge("lane_capacity", "Speech a second it can sustain.", lane.capacity)
    if lane.calls is not None:
        yield _gauge("lane_calls", "Calls that keep it at half load.", lane.calls)
    yield _gauge("lane_load", "Share of the time it works.", lane.load)
    yield _gauge("lane_finals_waiting", "Utterances that wait.", lane.finals_waiting)
    yield _gauge("lane_partials_waiting", "Partial utterances that wait.", lane.partials_waiting)
    yield _gauge("lane_oldest_seconds", "Longest wait of one that waits.", lane.oldest_s)
    yield _quantiles(
        "lane_delay_seconds",
        "How long utterances waited in the last minute.",
        {"0.5": lane.delay_p50_s, "0.95": lane.delay_p95_s, "1": lane.delay_max_s},
    )
    if lane.real_time_factor is not None:
        yield _gauge("lane_real_time_factor", "Work a second of speech.", lane.real_time_factor)
    yield CounterMetricFamily(PREFIX + "lane_heard", "Utterances transcribed.", lane.heard)
    missing = CounterMetricFamily(
        PREFIX + "lane_missing", "Utterances whose words never came.", labels=("reason",)
    )
    for reason, count in lane.missing.items():
        missing.add_metric((reason,), count)
    yield missing
    yield CounterMetricFamily(PREFIX + "lane_shed", "Partial utterances left out.", lane.shed)
    yield CounterMetricFamily(PREFIX + "lane_restarts", "Processes lost.", lane.restarts)


def _of_media(counters: Counters) -> Iterator[Metric]:
    yield _gauge("media_sockets", "Sockets of calls.", counters.sockets)
    yield _gauge("media_pending", "Those without a call yet.", counters.pending)
    for name, text in _MEDIA.items():
        yield CounterMetricFamily(f"{PREFIX}media_{name}", text, getattr(counters, name))
    errors = CounterMetricFamily(
        PREFIX + "media_errors", "Messages refused and sockets lost.", labels=("code",)
    )
    for code, count in dict(counters.errors).items():  # another thread counts on
        errors.add_metric((code,), count)
    yield errors


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, text, value)


def _quantiles(name: str, text: str, values: dict[str, float | None]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, text, labels=("quantile",))
    for quantile, value in values.items():
        if value is not None:
            family.add_metric((quantile,), value)
    return family
