"""The README of the room says what the source says.

``python -m tests.coaching.test_readme`` writes the table of thresholds into it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coaching.baseline import FEATURES, SCHEMA
from coaching.thresholds import table
from models import anxiety
from voice.events import Language

REPO = Path(__file__).resolve().parents[2]
README = REPO / "coaching" / "README.md"
BEGIN, END = "<!-- thresholds: begin -->", "<!-- thresholds: end -->"


def block() -> str:
    return f"{BEGIN}\n{table()}\n{END}"


def test_each_threshold_is_documented_as_it_is() -> None:
    assert block() in README.read_text("utf-8"), "run python -m tests.coaching.test_readme"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_weights_are_documented_as_they_are(language: Language) -> None:
    column = 2 if language == "en" else 3
    _, _, rows = README.read_text("utf-8").partition("| feature | English | Mandarin | why |\n")
    cells = [line.split("|") for line in rows.partition("\n\n")[0].splitlines()[1:]]
    written = {row[1].strip().replace(" ", "_").lower(): row[column].strip() for row in cells}
    model = anxiety.load(SCHEMA, language)
    held = {}
    for place, feature in enumerate(FEATURES):
        for one in (0.5, -0.5):  # within the range in which nothing is clipped
            part = model.parts([one if at == place else 0.0 for at in range(len(FEATURES))])[place]
            held[feature.name] = f"{part / one:+.2f}".replace("+0.00", "0").replace("-0.00", "0")
    assert written == held


def test_each_module_has_its_line() -> None:
    text = README.read_text("utf-8")
    room = REPO / "coaching"
    for path in (*room.glob("*.py"), *room.glob("review/*.py")):
        assert path.name == "__init__.py" or f"`{path.name}`" in text, path.name


if __name__ == "__main__":
    text = README.read_text("utf-8")
    start, stop = text.index(BEGIN), text.index(END) + len(END)
    README.write_text(text[:start] + block() + text[stop:], "utf-8")
