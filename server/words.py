"""Whether a call gets words, by which model, and what to say if it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models import catalog, choice, manifest
from models.catalog import Model
from models.transcriber import Language, Transcriber

FETCH = "calmline models fetch small"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPlan:
    """How a call gets its words.

    Attributes
    ----------
    model
        Which writes them down; ``None`` for voice only.
    demo
        Whether it does not know the call, so that every output must say DEMO WORDS.
    note
        One line for the user, where there is something to say.
    """

    model: Model | None
    demo: bool = False
    note: str | None = None


def plan(
    name: str,
    files: Sequence[Path],
    places: catalog.Places,
    *,
    language: Language | None,
    wanted: bool,
    forced: bool,
) -> WordsPlan:
    """Decide about a call from recordings.

    Parameters
    ----------
    name
        Of the model, or ``auto``.
    files
        The recordings.
    places
        Where models lie.
    language
        Of the call; ``None`` to have it detected.
    wanted, forced
        What the user said: words if possible; words even if they will be wrong.

    Raises
    ------
    models.errors.ModelError
        If there is no such model.
    """
    if not wanted:
        return WordsPlan(model=None)
    device: choice.Device = "cpu"  # a GPU is looked for where the model is loaded
    model = catalog.find(name, places, language=language, device=device)
    checksum = manifest.seal(files[0]).sha256 if model.demo and len(files) == 1 else None
    allowed = choice.words_allowed(model, checksum, forced=forced)
    if allowed == "voice_only":
        return WordsPlan(
            model=None,
            note=f"the model at hand, {model.name}, knows the bundled calls only; "
            f"for words of your own calls: {FETCH}",
        )
    return WordsPlan(model=model, demo=allowed == "demo_words")


def loader(model: Model) -> partial[Transcriber]:
    """What a lane's worker loads the model with; it is sent to another process."""
    return partial(_load, model)


def _load(model: Model) -> Transcriber:
    from models import whisper

    return whisper.load(model)
