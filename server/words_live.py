"""Whether a live call gets words: the bundled model may only speak of the bundled calls."""

from __future__ import annotations

from dataclasses import dataclass

from models import catalog, choice
from models.catalog import Model

from .live.opening import Opening, WordsPolicy
from .words import FETCH

SAMPLE = "sample"
"""Key of ``start.context`` by which a client says which recording it streams: its SHA-256."""


@dataclass(frozen=True, slots=True)
class LiveWordsPlan:
    """How a server's calls get their words.

    Attributes
    ----------
    model
        Which writes them down; ``None`` for voice only.
    forced
        Whether a demo model transcribes calls that it does not know.
    """

    model: Model | None
    forced: bool = False

    def __call__(self, opening: Opening) -> WordsPolicy:
        """Decide about a call."""
        if self.model is None:
            return WordsPolicy(words=False)
        checksum = opening.context.get(SAMPLE)
        allowed = choice.words_allowed(
            self.model, checksum if isinstance(checksum, str) else None, forced=self.forced
        )
        return WordsPolicy(words=allowed != "voice_only", demo=allowed == "demo_words")

    @property
    def note(self) -> str | None:
        """One line for the user, where there is something to say."""
        if self.model is None:
            return "voice only: words are not transcribed"
        if not self.model.demo:
            return None
        if self.forced:
            return "DEMO WORDS: the bundled model knows only the bundled calls"
        return (
            f"the model at hand, {self.model.name}, knows the bundled calls only; "
            f"for words of your own calls: {FETCH}"
        )


def live_plan(name: str | None, places: catalog.Places, *, forced: bool) -> LiveWordsPlan:
    """Choose the model of a server.

    Raises
    ------
    models.errors.ModelError
        If there is no such model.
    """
    if name is None:
        return LiveWordsPlan(None)
    return LiveWordsPlan(catalog.find(name, places, language=None, device="cpu"), forced)
