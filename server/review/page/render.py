"""Make the page of a review from its report.

The report goes into the page as data, and the page's script writes it as text: nothing that a call
brought in is ever markup. In the data ``<`` is escaped, so that it cannot end its element.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from ...console.router import STATIC
from .bundle import bundle
from .policy import strict

Interface = Literal["en", "zh"]
EMBEDDED_BYTES = 20_000_000
"""A recording that is larger lies beside the page."""
HERE = Path(__file__).parent
STYLES = (STATIC / "tokens.css", HERE / "report.css", HERE / "print.css")
HTML_LANG = {"en": "en", "zh": "zh-Hans"}
NOSCRIPT = {
    "en": "This page is drawn by its own script; allow scripts to see it. Nothing is fetched.",
    "zh": "本页由自带脚本绘制，请允许运行脚本；不会访问网络。",
}
PLACE = re.compile(r"\{\{(\w+)\}\}")


def render(
    report: Mapping[str, Any],
    *,
    audio: bytes | None,
    audio_href: str | None,
    interface: Interface,
) -> str:
    """Make the page.

    Parameters
    ----------
    report
        As ``calmline schema --report`` describes it.
    audio
        Recording as Opus in Ogg that becomes a part of the page.
    audio_href
        Address of a recording beside the page, used where ``audio`` is ``None``. With neither the
        page runs by the clock, without sound.
    interface
        Language in which the page opens; it can be changed in the page.

    Returns
    -------
    str
        HTML that fetches nothing but ``audio_href``.
    """
    scripts = plotly(), bundle(HERE / "js" / "main.js")
    values = {
        "html_lang": HTML_LANG[interface],
        "policy": html.escape(strict(scripts), quote=True),
        "title": html.escape(f"{report['call']['name']} · Calmline"),
        "icon": _icon(),
        "style": _style(),
        "body": (HERE / "body.html").read_text("utf-8"),
        "noscript": NOSCRIPT[interface],
        "interface": interface,
        "report": _data(report),
        "audio": base64.b64encode(audio).decode() if audio else "",
        "audio_href": html.escape("" if audio else audio_href or "", quote=True),
        "plotly": scripts[0],
        "script": scripts[1],
    }
    template = (HERE / "template.html").read_text("utf-8")
    return PLACE.sub(lambda place: values[place[1]], template)  # what goes in is not looked at


def _data(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _style() -> str:
    return "\n".join(path.read_text("utf-8") for path in STYLES)


@cache
def _icon() -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(
        (STATIC / "icon.svg").read_bytes()
    ).decode("ascii")


@cache
def plotly() -> str:
    """Script of the charts, as the installed package holds it."""
    path = resources.files("plotly") / "package_data" / "plotly.min.js"
    return path.read_text("utf-8").replace("</script", "<\\/script")  # which would end its element
