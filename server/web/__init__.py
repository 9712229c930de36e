"""The control plane: calls and cards by REST, calls as they happen by websocket, health."""

from .app import create_app
from .listening import listen
from .serving import WebServer
from .settings import WebSettings

__all__ = ["WebServer", "WebSettings", "create_app", "listen"]
