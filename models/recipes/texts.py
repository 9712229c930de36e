"""What the model may hear and what it is tested on: bundled calls, held-out sentences, words."""

from __future__ import annotations

from pathlib import Path

import yaml

from .sentences import Sentences, lines

LANGUAGES = ("en", "zh")
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def sample_texts(language: str) -> list[str]:
    """Return the turns of the bundled calls in one language."""
    found: list[str] = []
    for path in sorted((SAMPLES / "texts").glob("*.yaml")):
        call = yaml.safe_load(path.read_text(encoding="utf-8"))
        if call["language"] == language:
            found += [turn["text"] for turn in call["turns"]]
    return found


def held_out(language: str) -> list[str]:
    """Return the sentences that are only ever used to measure with."""
    return lines(f"{language}_heldout.txt")


def training_sentences(language: str) -> Sentences:
    """Return the generator of training texts.

    It makes no sentence of the bundled calls and none of the held-out ones; its vocabulary covers
    both.
    """
    known = [*sample_texts(language), *held_out(language)]
    return Sentences(language, forbidden=known, words=known)
