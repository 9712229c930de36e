"""What a page of a review may do: run its own two scripts, and nothing that a call brought in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

SOURCES = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",  # the charts' script writes styles
    "img-src": "data: blob:",
    "media-src": "'self' data: blob: file:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
POLICY = "; ".join(
    f"{name} {sources}"
    for name, sources in {
        **SOURCES,
        "script-src": "'unsafe-inline'",
        "frame-ancestors": "'self'",
    }.items()
)
"""Header ``Content-Security-Policy`` of a server that gives a page out.

The page names the hashes of its scripts itself; a browser keeps to both.
"""


def strict(scripts: Iterable[str]) -> str:
    """Policy that a page states itself: only these scripts run, wherever the page lies."""
    hashes = " ".join(f"'{_hash(script)}'" for script in scripts)
    return "; ".join(f"{n} {s}" for n, s in {**SOURCES, "script-src": hashes}.items())


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
