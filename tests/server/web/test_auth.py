"""Who is let in, and who is not: by host, token and origin, for pages, changes and sockets."""

from __future__ import annotations

import socket
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from server.web import WebSettings

from .conftest import Serve, Site

TOKEN = "correct-horse.battery_staple~+/="
KEY = {"key": "help"}
EVIL = "http://evil.example"


def refused(site: Site, **how: Any) -> int:
    """Try to open a socket, and give the status of the refusal."""
    with pytest.raises(InvalidStatus) as caught:
        dial(site, **how)
    return caught.value.response.status_code


def dial(site: Site, path: str = "/v1/agents/bob/live", **how: Any) -> ClientConnection:
    console: ClientConnection = connect(site.ws + path, **how)
    return console


@pytest.fixture
def guarded(serve: Serve) -> Site:
    return serve(WebSettings(token=TOKEN))


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_names_of_loopback(site: Site, name: str) -> None:
    assert site.client.get("/v1/calls", headers={"Host": f"{name}:{site.port}"}).is_success
    assert site.client.get("/v1/calls", headers={"Host": name}).is_success


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::2]", "[", ""]
)
def test_other_names_are_refused(site: Site, name: str) -> None:
    answer = site.client.get("/v1/calls", headers={"Host": name})
    assert answer.status_code == 421
    assert "set hosts" in answer.json()["detail"]


def test_a_page_whose_name_points_here_opens_no_socket(site: Site) -> None:
    sock = socket.create_connection(("127.0.0.1", site.port))
    with pytest.raises(InvalidStatus) as caught:
        connect("ws://evil.example/v1/agents/bob/live", sock=sock, origin=Origin(EVIL))
    assert caught.value.response.status_code == 421


def test_configured_names(serve: Serve) -> None:
    named = serve(WebSettings(hosts=frozenset({"calm.example"})))
    assert named.client.get("/v1/calls", headers={"Host": "calm.example:443"}).is_success
    assert named.client.get("/v1/calls", headers={"Host": "evil.example"}).status_code == 421
    anywhere = serve(WebSettings(token=TOKEN, hosts=frozenset({"*"})))
    answer = anywhere.client.get("/v1/calls", headers={"Host": "10.1.2.3:80"})
    assert answer.status_code == 401  # the name is right, the token is not


def test_without_the_token_nothing_is_told(guarded: Site) -> None:
    for path in ("/v1/calls", "/v1/calls/c/log", "/metrics", "/openapi.json", "/", "/nowhere"):
        answer = guarded.client.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert refused(guarded) == 401
    assert guarded.client.get("/healthz").is_success
    assert guarded.client.get("/readyz").is_success


@pytest.mark.parametrize(
    "header", [f"Bearer {TOKEN}x", "Bearer", f"Basic {TOKEN}", TOKEN, "Bearer \xff"]
)
def test_wrong_tokens(guarded: Site, header: str) -> None:
    headers = {b"Authorization": header.encode("latin-1")}
    answer = guarded.client.get("/v1/calls", headers=headers)
    assert answer.status_code == 401


def test_the_token_in_the_header(guarded: Site) -> None:
    headers = {"Authorization": f"bearer {TOKEN}"}
    assert guarded.client.get("/v1/calls", headers=headers).is_success
    with dial(guarded, additional_headers=headers) as console:
        assert "waiting" in console.recv()


def test_a_page_with_the_token_leaves_a_cookie_and_goes_on_without_it(guarded: Site) -> None:
    link = httpx.URL("/v1/calls", params={"agent_id": "a:b", "token": TOKEN, "limit": "5"})
    answer = guarded.client.get(link, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/v1/calls?agent_id=a%3Ab&limit=5"
    assert TOKEN not in answer.headers["Set-Cookie"]
    crumb = SimpleCookie(answer.headers["Set-Cookie"])["calmline"]
    assert crumb["httponly"]
    assert crumb["samesite"] == "Lax"
    assert not crumb["secure"]  # or it would not come back over plain HTTP
    assert guarded.client.get("/v1/calls").is_success
    cookie = {"Cookie": f"calmline={crumb.value}"}
    with dial(guarded, additional_headers=cookie, origin=guarded.url) as console:
        assert "waiting" in console.recv()
    assert refused(guarded, additional_headers=cookie, origin=EVIL) == 403
    cookie["Cookie"] += "0"
    assert refused(guarded, additional_headers=cookie) == 401


def test_a_wrong_token_on_a_page_leaves_nothing(guarded: Site) -> None:
    answer = guarded.client.get("/", params={"token": TOKEN + "x"})
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_the_token_in_a_link_opens_pages_only(guarded: Site) -> None:
    keys = "/v1/calls/c/keys?token=" + TOKEN
    assert guarded.client.post(keys, json=KEY).status_code == 401
    assert refused(guarded, path="/v1/agents/bob/live?token=" + TOKEN) == 401


def test_the_way_back_never_leads_to_another_server(guarded: Site) -> None:
    request = guarded.client.build_request("GET", "/x", params={"token": TOKEN})
    raw = b"//evil.example/%3Fa%0d%0ab?token=" + httpx.QueryParams(t=TOKEN).__str__()[2:].encode()
    request.url = request.url.copy_with(raw_path=raw)
    answer = guarded.client.send(request, follow_redirects=False)
    assert answer.headers["Location"] == "/evil.example/%3Fa%0D%0Ab"


def test_in_a_frame_the_cookie_crosses_sites_over_https_only(serve: Serve) -> None:
    framed = serve(WebSettings(token=TOKEN, frame_ancestors=("https://crm.example",)))
    answer = framed.client.get("/", params={"token": TOKEN}, follow_redirects=False)
    assert answer.headers["Set-Cookie"].endswith("; SameSite=None; Secure; Partitioned")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://crm.example")


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost.evil.example", "http://"])
def test_pages_of_others_change_nothing(site: Site, origin: str) -> None:
    answer = site.client.post("/v1/calls/c/keys", json=KEY, headers={"Origin": origin})
    assert answer.status_code == 403
    assert refused(site, origin=origin) == 403


def test_pages_of_ours_may(serve: Serve) -> None:
    site = serve(WebSettings(origins=frozenset({"https://proxy.example"})))
    for origin in (site.url, "https://proxy.example"):
        answer = site.client.post("/v1/calls/c/keys", json=KEY, headers={"Origin": origin})
        assert answer.status_code == 404  # was let in, and there is no such call
        with dial(site, origin=origin) as console:
            assert "waiting" in console.recv()


def test_a_form_of_another_site_is_no_key(site: Site) -> None:
    """What a page may send without asking first: no ``Origin`` in old browsers, no JSON."""
    answer = site.client.post(
        "/v1/calls/c/keys", content='{"key":"help"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 422
