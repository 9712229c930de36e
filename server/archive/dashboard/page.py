"""The dashboard's one file: figures, words, script and styles, and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from string import Template
from typing import Any

LANGUAGES = ("en", "zh")
_SCRIPTS = ("base.js", "charts.js", "page.js")


def render(figures: Mapping[str, Any]) -> str:
    """Write the page.

    Only its own scripts run (their hashes are in the page's policy), and it can fetch nothing:
    whatever a caller said or a queue is called cannot change that.

    Parameters
    ----------
    figures
        What :func:`~server.archive.dashboard.gathered.gathered` gives.
    """
    from plotly.offline import get_plotlyjs

    plotly = get_plotlyjs()
    script = "\n".join(_static(name) for name in _SCRIPTS)
    texts = {language: json.loads(_static(f"texts.{language}.json")) for language in LANGUAGES}
    tokens = resources.files("server.console").joinpath("static", "tokens.css").read_text("utf-8")
    return Template(_static("page.html")).substitute(
        css=tokens + _static("dashboard.css"),
        data=_json(figures),
        texts=_json(texts),
        hashes=f"{_hash(plotly)} {_hash(script)}",
        plotly=plotly,
        script=script,
    )


def _static(name: str) -> str:
    return resources.files(__package__).joinpath("static", name).read_text("utf-8")


def _json(value: Any) -> str:
    """Write a value so that it cannot end the element that it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
