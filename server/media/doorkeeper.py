"""Who may come in: bearer tokens and paths, checked without telling how wrong they were."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from .protocol import PATH


class Doorkeeper:
    """Checks tokens; without any, everybody may come in.

    Parameters
    ----------
    tokens
        That open the door.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = [token.encode() for token in tokens]

    def admits(self, token: str | None) -> bool:
        """Whether a token opens the door; takes as long for a wrong one as for a right one."""
        offered = (token or "").encode("utf-8", "surrogatepass")
        fits = [hmac.compare_digest(offered, known) for known in self._tokens]
        return any(fits) or not self._tokens

    def look(self, socket: ServerConnection, request: Request) -> Response | None:
        """Look at a handshake: a wrong path or token is refused, a missing token may follow."""
        if request.path.partition("?")[0] != PATH:
            return socket.respond(HTTPStatus.NOT_FOUND, f"calls are taken at {PATH}\n")
        if "Authorization" in request.headers and not self.admits(bearer(request)):
            return socket.respond(HTTPStatus.UNAUTHORIZED, "the token is wrong\n")
        return None


def bearer(request: Request | None) -> str | None:
    """Give the token of the Authorization header."""
    if request is None:
        return None
    values = request.headers.get_all("Authorization")
    scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" else None
