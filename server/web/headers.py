"""What every answer tells the browser to leave undone."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .settings import WebSettings


def security_headers(settings: WebSettings) -> dict[str, str]:
    """Headers of every answer that does not set its own.

    Nothing is fetched from, sent to or framed by another origin, unless the settings name it.
    """
    policy = {
        "default-src": ("'self'",),
        "base-uri": ("'none'",),
        "object-src": ("'none'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'self'", *settings.frame_ancestors),
    }
    return {
        "Content-Security-Policy": "; ".join(
            " ".join((name, *sources)) for name, sources in policy.items()
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


class SecurityHeaders:
    """ASGI middleware that adds them."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; a page that needs another policy has set it already."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):  # what somebody said stays in no cache
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
