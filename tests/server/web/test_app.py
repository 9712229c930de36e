"""The app as a whole: its schema, its headers, what can be hung onto it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter
from fastapi.openapi.models import OpenAPI
from fastapi.responses import HTMLResponse
from jsonschema import Draft202012Validator

from server.web import WebSettings

from .conftest import Serve, Site

if TYPE_CHECKING:
    from server.live.floor import Floor as RealFloor
    from server.store.store import Store as RealStore
    from server.web.ports import Floor, Reading, Writing

    def real_parts_fit(floor: RealFloor, store: RealStore) -> tuple[Floor, Reading, Writing]:
        """Checked by mypy."""
        return floor, store, store.writer()


@pytest.fixture(scope="module")
def schema(site: Site) -> Any:
    return site.client.get("/openapi.json").json()


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Give all objects of a document."""
    if isinstance(node, dict):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from objects(child)


def test_the_schema_is_one(schema: Any) -> None:
    document = OpenAPI.model_validate(schema)
    assert document.openapi.startswith("3.1")
    components = schema["components"]["schemas"]
    for name, component in components.items():
        Draft202012Validator.check_schema(component)
        assert component.get("description") or "ValidationError" in name, name
    for node in objects(schema):
        if (reference := node.get("$ref")) is not None:
            assert reference.removeprefix("#/components/schemas/") in components


def test_each_operation_says_what_it_does(schema: Any) -> None:
    tags = {tag["name"] for tag in schema["tags"]}
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len(operations) == 12
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags


@pytest.mark.parametrize("path", ["/v1/calls", "/readyz"])
def test_answers_are_as_the_schema_says(site: Site, schema: Any, path: str) -> None:
    site.floor.end(site.floor.begin("shaped" + path.replace("/", "-")))
    content = schema["paths"][path]["get"]["responses"]["200"]["content"]
    answer = site.client.get(path).json()
    checked = {**content["application/json"]["schema"], "components": schema["components"]}
    Draft202012Validator(checked).validate(answer)


def test_nothing_is_fetched_from_elsewhere(site: Site) -> None:
    for path in ("/docs", "/redoc"):
        assert site.client.get(path).status_code == 404
    for path in ("/v1/calls", "/nowhere", "/healthz", "/openapi.json"):
        headers = site.client.get(path).headers
        policy = headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'self'", "frame-ancestors 'self'", "object-src 'none'"} <= set(policy)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Server" not in headers


def test_refusals_carry_the_headers_too(serve: Serve) -> None:
    headers = serve(WebSettings(token="0123")).client.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_the_console_hangs_on(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "panel.js").write_text("export const said = '您好';", "utf-8")
    pages = APIRouter()

    @pages.get("/agent/{agent_id}", include_in_schema=False)
    def page(agent_id: str) -> HTMLResponse:
        own = {"Content-Security-Policy": "default-src 'none'"}
        return HTMLResponse(f"<p>{agent_id}</p>", headers=own)

    client = serve(WebSettings(static=tmp_path), routers=[pages]).client
    answer = client.get("/agent/anna")
    assert answer.text == "<p>anna</p>"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    script = client.get("/static/panel.js")
    assert script.text == "export const said = '您好';"
    assert "javascript" in script.headers["Content-Type"]
    assert client.get("/static/../conftest.py").status_code == 404
    assert client.get("/static/%2e%2e/x").status_code == 404
