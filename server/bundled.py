"""The calls that come with the product, and what is known of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path

from voice.events import Language

SAMPLES = Path(str(resources.files("samples")))
"""Folder of the recordings; each has its labels beside it."""
USUAL = "en-rising"
"""The call that a demo plays unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundled call.

    Attributes
    ----------
    name
        Without ``.wav``.
    language
        In which it is held.
    duration_s
        Of the call.
    path
        Of its recording: the caller on the left, the agent on the right.
    """

    name: str
    language: Language
    duration_s: float
    path: Path

    @property
    def sha256(self) -> str:
        """Checksum of the recording, by which a model knows it."""
        return sha256(self.path.read_bytes()).hexdigest()


def bundled_calls() -> dict[str, Bundled]:
    """Give all bundled calls by name."""
    calls = {}
    for path in sorted(SAMPLES.glob("*.wav")):
        labels = json.loads(path.with_suffix(".json").read_text("utf-8"))
        calls[path.stem] = Bundled(path.stem, labels["language"], labels["duration_s"], path)
    return calls
