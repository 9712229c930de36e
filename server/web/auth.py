"""Who may come in: by the name they call, the token they hold and the page they come from.

Everything is refused here, before a route is looked for. The token stands in the ``Authorization``
header, or, for a browser, in a cookie: any page opened with ``?token=`` leaves one and goes on to
the same page without it, so that the token stays in no history and no link. The cookie holds a
digest, from which the token cannot be had, until the browser is closed.

The cookie is ``Lax``, so that a link in a CRM opens the console: what a link opens are pages, and
what changes something must come from a page of this server (``Origin``). In a frame of another
site browsers send only cookies that are ``SameSite=None; Secure``, the strict ones only if it is
partitioned, too; so a configured frame needs HTTPS.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from .settings import ANY, WebSettings

COOKIE = "calmline"
OPEN = frozenset({"/healthz", "/readyz"})
"""Paths that need no token: they say nothing of any call."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware that lets in whom the settings allow."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings
        self._digest = digest(settings.token) if settings.token else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        answer = self._refusal(connection) or self._signed_in(connection)
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(answer)
        else:
            await answer(scope, receive, send)

    def _refusal(self, connection: HTTPConnection) -> Response | None:
        host = connection.headers.get("host", "")
        if not self._host_fits(host):
            return refused(
                HTTPStatus.MISDIRECTED_REQUEST, "this server does not go by that name: set hosts"
            )
        if not self._origin_fits(connection, host):
            return refused(HTTPStatus.FORBIDDEN, "not from a page of that origin: set origins")
        if not self._token_fits(connection):
            response = refused(
                HTTPStatus.UNAUTHORIZED,
                "a token is needed: `Authorization: Bearer TOKEN`, or ?token=TOKEN on a page",
            )
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        return None

    def _host_fits(self, host: str) -> bool:
        names = self._settings.names
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return ANY in names or (f"[{name}]" if ":" in name else name) in names

    def _origin_fits(self, connection: HTTPConnection, host: str) -> bool:
        """Whether a page from there may do this; reading is kept apart by the browser itself."""
        origin = connection.headers.get("origin")
        if origin is None:  # no browser, or a page of ours that reads
            return True
        if connection.scope["type"] == "http" and connection.scope["method"] in READING:
            return True
        return origin in self._settings.origins or origin.partition("://")[2] == host

    def _token_fits(self, connection: HTTPConnection) -> bool:
        token = self._settings.token
        if token is None or connection.scope["path"] in OPEN:
            return True
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return same(given.strip(), token)
        if same(connection.cookies.get(COOKIE, ""), self._digest):
            return True
        return self._opens_a_page(connection) and same(connection.query_params["token"], token)

    @staticmethod
    def _opens_a_page(connection: HTTPConnection) -> bool:
        scope = connection.scope
        return (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and "token" in connection.query_params
        )

    def _signed_in(self, connection: HTTPConnection) -> Response | None:
        """Send who opens a page with ``?token=`` on to the page, with the cookie."""
        if not self._opens_a_page(connection):
            return None
        rest = [pair for pair in connection.query_params.multi_items() if pair[0] != "token"]
        # a path that begins with two slashes would be another server's
        path = quote("/" + connection.scope["path"].lstrip("/"))
        response = RedirectResponse(
            path + ("?" + urlencode(rest) if rest else ""), HTTPStatus.SEE_OTHER
        )
        if self._digest:
            https = connection.scope["scheme"] == "https"
            sites = "SameSite=Lax" + ("; Secure" if https else "")
            if self._settings.frame_ancestors:
                sites = "SameSite=None; Secure; Partitioned"
            response.headers["Set-Cookie"] = f"{COOKIE}={self._digest}; Path=/; HttpOnly; {sites}"
        return response


def digest(token: str) -> str:
    """What the cookie holds for a token."""
    return hmac.digest(token.encode(), b"calmline console", "sha256").hex()


def same(given: str, expected: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode(), expected.encode())


def refused(status: HTTPStatus, detail: str) -> Response:
    """A refusal, in the shape of all others."""
    return JSONResponse({"detail": detail}, status)
