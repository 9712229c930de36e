"""The routes of the console without a browser: what they give out, and what they forbid."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from fastapi.testclient import TestClient

from server.console.router import STATIC, ConsoleConfig, DemoCall, plotly_version, router
from server.media.protocol import PATH
from server.web.app import create_app
from server.web.ports import Floor, Reading
from server.web.settings import WebSettings
from tests.conftest import ROOT

MEDIA = "ws://127.0.0.1:8701"
PAGES = ("/", "/agent/7", "/replay/c-1", "/review/c-1", "/demo", "/try")


def client(config: ConsoleConfig | None = None, **settings: object) -> TestClient:
    """A browser's view of the routes; none of them asks the store or the floor."""
    app = create_app(
        cast(Reading, None),
        cast(Floor, None),
        WebSettings(static=STATIC, **settings),  # type: ignore[arg-type]
        routers=[router(config or ConsoleConfig())],
    )
    return TestClient(app, base_url="http://localhost")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_only_what_lies_here(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 200
    assert "<!--" not in answer.text.replace("<!-- keeps", "")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy, "as default-src says"
    assert policy["frame-ancestors"] == "'self'"
    assert ("style-src" in policy) is path.startswith("/replay")


def test_a_configured_crm_may_hold_the_panel_in_a_frame() -> None:
    answer = client(frame_ancestors=("https://crm.example",)).get("/agent/7")
    assert "frame-ancestors 'self' https://crm.example" in answer.headers["Content-Security-Policy"]


def test_the_microphones_page_may_reach_the_media_plane_and_no_other_page() -> None:
    here = client(ConsoleConfig(media_url=MEDIA))
    assert here.get("/v1/console/config").json()["media_url"] == MEDIA + PATH
    for path in PAGES:
        policy = here.get(path).headers["Content-Security-Policy"]
        assert (f"connect-src 'self' {MEDIA}{PATH}" in policy) is (path == "/try")


def test_a_server_that_wants_a_token_tells_pages_of_no_media_plane() -> None:
    here = client(ConsoleConfig(media_url=MEDIA), token="secret")
    found = here.get("/v1/console/config", headers={"Authorization": "Bearer secret"})
    assert found.json()["media_url"] is None
    assert here.get("/v1/console/config").status_code == 401


def test_the_charts_script_is_the_installed_one_and_stays_in_caches() -> None:
    here = client()
    address = here.get("/v1/console/config").json()["plotly"]
    answer = here.get(address)
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"plotly.js v" in answer.content[:200]
    assert here.get(address.replace(plotly_version(), "0.0.1")).status_code == 404


def test_a_bundled_recording_is_given_out_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"")
    demo = DemoCall(call_id="c-1", agent_id="demo", sample="en-calm")
    here = client(ConsoleConfig(demo=lambda: demo, samples=ROOT / "samples"))
    assert here.get("/demo/call").json()["sample"] == "en-calm"
    sound = here.get("/demo/audio/en-calm.wav", headers={"Range": "bytes=0-3"})
    assert (sound.status_code, sound.content) == (206, b"RIFF")
    for name in ("none", "..%2Fsecret", "texts%2Fen-calm", "EN-CALM"):
        assert here.get(f"/demo/audio/{name}.wav").status_code in (404, 422)


def test_without_a_demo_there_is_no_call() -> None:
    assert client().get("/demo/call").status_code == 404
    assert client().get("/v1/console/config").json()["demo"] is False


@pytest.mark.parametrize("path", ["/agent/a%20b", "/replay/%3Cscript%3E"])
def test_a_name_that_cannot_be_is_refused(path: str) -> None:
    assert client().get(path).status_code == 422
