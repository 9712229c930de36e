"""What Prometheus is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from server.media.counters import Counters
from server.web import WebSettings

from .conftest import Serve, Site
from .stage import calm
from .test_health import lane


def scrape(site: Site) -> dict[str, Metric]:
    answer = site.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=1.0.0")
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def value(families: dict[str, Metric], name: str, **labels: str) -> float:
    """Give the one sample of that name with those labels."""
    (found,) = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and sample.labels.items() >= labels.items()
    ]
    return found


def test_all_parts_are_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    media = Counters(sockets=3, frames=1200, errors=Counter(bad_token=5))
    site = serve(WebSettings(), media=[media])
    monkeypatch.setattr(site.floor, "now", calm(lane=lane()))
    told = scrape(site)
    assert value(told, "calmline_calls") == 3
    assert value(told, "calmline_cues_shown_total") == 2
    assert value(told, "calmline_events_total", type="speech_started") == 7
    assert value(told, "calmline_decision_delay_seconds", quantile="0.99") == 0.03
    assert value(told, "calmline_voice_workers") == 2
    assert value(told, "calmline_lane_capacity") == 9
    assert value(told, "calmline_lane_delay_seconds", quantile="0.95") == 0.2
    assert value(told, "calmline_lane_real_time_factor") == 0.22
    assert value(told, "calmline_lane_missing_total", reason="timeout") == 1
    assert value(told, "calmline_store_delay_seconds") == 0
    assert value(told, "calmline_store_failed") == 0
    assert value(told, "calmline_media_frames_total") == 1200
    assert value(told, "calmline_media_sockets") == 3
    assert value(told, "calmline_media_errors_total", code="bad_token") == 5
    for field in fields(Counters):  # one that is added is to be told, too
        assert f"calmline_media_{field.name}" in told


def test_what_is_not_known_is_left_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    site = serve(WebSettings())
    monkeypatch.setattr(
        site.floor, "now", calm(lane=lane(capacity=None, real_time_factor=None, delay_p50_s=None))
    )
    told = scrape(site)
    assert "calmline_lane_capacity" not in told
    assert "calmline_lane_real_time_factor" not in told
    quantiles = [sample.labels for sample in told["calmline_lane_delay_seconds"].samples]
    assert quantiles == [{"quantile": "0.95"}, {"quantile": "1"}]
    monkeypatch.setattr(site.floor, "now", calm())
    assert not [name for name in scrape(site) if "lane" in name]


def test_requests_are_counted_by_route_not_by_call(serve: Serve) -> None:
    site = serve(WebSettings())
    for path in ("/v1/calls/a", "/v1/calls/b", "/nowhere/1", "/nowhere/2"):
        site.client.get(path)
    site.client.request("BREW", "/v1/calls/a")
    told = scrape(site)
    counted = "calmline_http_requests_total"
    route = "/v1/calls/{call_id}"
    assert value(told, counted, method="GET", route=route, status="404") == 2
    assert value(told, counted, method="GET", route="none", status="404") == 2
    assert {sample.labels["method"] for sample in told[counted[:-6]].samples} == {"GET", "other"}
    assert value(told, "calmline_http_request_seconds_count", method="GET", route=route) == 2


def test_each_app_counts_for_itself(serve: Serve) -> None:
    one, other = serve(WebSettings()), serve(WebSettings())
    one.client.get("/healthz")
    assert value(scrape(one), "calmline_http_requests_total", route="/healthz") == 1
    assert "/healthz" not in other.client.get("/metrics").text
