from __future__ import annotations

import json
from typing import Any

import pytest

from server.wire import to_line
from tests import golden, screenshot

CLOSE = 0.05
"""How far a number may be off: in seconds, semitones, dB, or as a share of itself."""


def differs(found: Any, meant: Any) -> bool:
    if isinstance(meant, float) and isinstance(found, (int, float)):
        return found != pytest.approx(meant, abs=CLOSE, rel=CLOSE)
    if isinstance(meant, dict) and isinstance(found, dict):
        return found.keys() != meant.keys() or any(differs(found[k], meant[k]) for k in meant)
    if isinstance(meant, list) and isinstance(found, list):
        return len(found) != len(meant) or any(map(differs, found, meant))
    if isinstance(meant, int) and not isinstance(meant, bool) and isinstance(found, int):
        return abs(found - meant) > 2  # the index is rounded
    return bool(found != meant)


@pytest.mark.parametrize("name", golden.NAMES)
def test_the_log_is_the_golden_one(name: str) -> None:
    found = [json.loads(to_line(name, logged)) for logged in golden.log(name)]
    meant = golden.read(name)
    assert [event["type"] for event in found] == [event["type"] for event in meant]
    for event, want in zip(found, meant, strict=True):
        assert not differs(event, want), (event, want)


def test_the_comparison_can_fail() -> None:
    event = golden.read(golden.NAMES[0])[3]
    assert not differs(event, event)
    assert differs({**event, "at_s": event["at_s"] + 0.2}, event)
    assert differs({**event, "role": "nobody"}, event)
    assert differs({**event, "more": 1}, event)


def test_the_picture_in_the_readme_is_drawn_by_this_program() -> None:
    # coordinates may differ with a tension bar; the words may not
    def words(svg: str) -> list[str]:
        return sorted({word for word in svg.replace(">", " ").split() if "&#160;" in word})

    drawn = words(screenshot.draw())
    assert drawn
    assert drawn == words(screenshot.PICTURE.read_text("utf-8"))
