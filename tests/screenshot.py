"""Draws the README's picture: ``calmline run`` on a bundled call, as a terminal shows it.

``python -m tests.screenshot`` writes ``server/account.svg``. A test draws it again and compares.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from server.account import Account
from tests.conftest import ROOT
from tests.voice.sound import sample

PICTURE = ROOT / "server" / "account.svg"
NAME = "en-rising"


def draw() -> str:
    """Analyse the call and draw its account as SVG that fetches nothing."""
    call, _ = sample(NAME)
    setup = CallSetup(
        call_id=NAME,
        roles=("caller", "agent"),
        language="en",
        playbook=bundled("en"),
        thresholds=Thresholds(),
    )
    session = CallSession(setup)
    events = session.feed(call) + session.finish()
    console = Console(
        record=True, width=96, file=io.StringIO(), force_terminal=True, color_system="truecolor",
        highlight=False, legacy_windows=False,
    )  # fmt: skip
    Account(events, f"{NAME}.wav").print(console)
    svg = console.export_svg(
        title=f"calmline run samples/{NAME}.wav --caller left", unique_id="calmline"
    )
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # fonts from elsewhere
    return re.sub(r"[ \t]+$", "", svg.replace("Fira Code", "DejaVu Sans Mono"), flags=re.MULTILINE)


def main(path: Path = PICTURE) -> None:
    """Write the picture."""
    path.write_text(draw(), "utf-8")


if __name__ == "__main__":
    main()
