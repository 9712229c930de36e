"""The dashboard in the console: as strict as the file, and for those who may come in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from fastapi.testclient import TestClient

from server.archive.dashboard.page import render
from server.archive.dashboard.served import router
from server.archive.dashboard.written import NAME
from server.serve_cli import serve
from server.web.app import create_app
from server.web.ports import Floor, Reading
from server.web.settings import WebSettings


def client(folder: Path, **settings: object) -> TestClient:
    app = create_app(
        cast(Reading, None),
        cast(Floor, None),
        WebSettings(**settings),  # type: ignore[arg-type]
        routers=[router(folder)],
    )
    return TestClient(app, base_url="http://localhost")


def test_the_page_comes_with_its_own_policy(tmp_path: Path, figures: dict[str, Any]) -> None:
    (tmp_path / NAME).write_text(render(figures), "utf-8")
    answer = client(tmp_path, frame_ancestors=("https://crm.example",)).get("/archive")
    assert answer.status_code == 200
    assert answer.text == (tmp_path / NAME).read_text("utf-8")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert policy.count("'sha256-") == 2
    assert policy.endswith("frame-ancestors 'self' https://crm.example")


def test_before_there_is_a_page_it_says_how_to_get_one(tmp_path: Path) -> None:
    here = client(tmp_path)
    answer = here.get("/archive")
    assert answer.status_code == 404
    assert "calmline dashboard" in answer.json()["detail"]
    (tmp_path / NAME).write_bytes(b"\xff no page of ours")
    assert here.get("/archive").status_code == 404


def test_a_token_is_asked_for(tmp_path: Path, figures: dict[str, Any]) -> None:
    (tmp_path / NAME).write_text(render(figures), "utf-8")
    here = client(tmp_path, token="s3cret")
    assert here.get("/archive").status_code == 401
    assert here.get("/archive", headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_serve_takes_the_folder() -> None:
    assert "archive" in {parameter.name for parameter in serve.params}
