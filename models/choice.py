"""Two rules, as pure functions: which model ``auto`` means, and which audio gets words.

They look at facts only, so they are tested with no model installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .catalog import Model
    from .transcriber import Language

Device = Literal["cpu", "cuda"]
Words = Literal["words", "voice_only", "demo_words"]

_SIZES = ("tiny", "base", "small", "medium", "large")
_TURBO = ("turbo",)
CPU_LIMIT = "small"
"""The largest size whose one thread can follow a call with time to spare; ``calmline models check``
prints what a size costs on the machine at hand."""


def choose(models: Sequence[Model], language: Language | None, device: Device) -> Model | None:
    """The model that ``auto`` means.

    A real model that knows the language comes before the bundled one. On a GPU the largest of
    them is taken, ``large-v3-turbo`` before all others (large-v3 with 4 decoder layers instead of
    32). On a CPU the largest up to ``small``, and only if there is none so small, the smallest
    beyond. Names that tell no size come last. For English an English-only model comes before the
    multilingual one of its size.

    Parameters
    ----------
    models
        What is on this machine.
    language
        Of the calls; ``None`` where it must be detected, which takes a multilingual model.
    device
        Where the model will run.

    Returns
    -------
    Model or None
        ``None`` where nothing knows the language.
    """
    wanted = {"en", "zh"} if language is None else {language}
    able = [model for model in models if wanted <= set(model.languages)]
    return max(able, key=lambda model: _merit(model, device), default=None)


def words_allowed(model: Model, audio_sha256: str | None, *, forced: bool = False) -> Words:
    """Whether a call gets words.

    A demo model writes fluent, wrong sentences about any call that it does not know, so it may
    speak only of the recordings that its manifest lists.

    Parameters
    ----------
    model
        The model at hand.
    audio_sha256
        Checksum of the recording's file; ``None`` for a live call.
    forced
        The user wants words all the same.

    Returns
    -------
    str
        ``words``; ``voice_only``; or ``demo_words``, which every output must be stamped with.
    """
    if not model.demo or audio_sha256 in model.knows:
        return "words"
    return "demo_words" if forced else "voice_only"


def _merit(model: Model, device: Device) -> tuple[int, int, int, str]:
    """What a model is ordered by: real, size that suits, English-only, name."""
    size = _size(model.name)
    limit = _SIZES.index(CPU_LIMIT)
    # beyond what the CPU can do the order is turned round: the smallest first
    suits = size if device == "cuda" or size <= limit else limit - size - len(_SIZES)
    unsized = -3 * len(_SIZES)
    return (
        0 if model.demo else 1,
        unsized if size < 0 else suits,
        1 if model.languages == ("en",) else 0,
        model.name,
    )


def _size(name: str) -> int:
    """Rank of a size by a model's name, -1 where it tells none."""
    if any(mark in name for mark in _TURBO):
        return len(_SIZES)
    return max((rank for rank, size in enumerate(_SIZES) if size in name), default=-1)
