"""What both say to each other: facts told, promises made, phases reached."""

from __future__ import annotations

from .advice import Advice
from .phases import Phases
from .promises import Promises
from .told import ToldFacts
from .understood import Understood


class Conversation:
    """The words of one call."""

    def __init__(self) -> None:
        self._told = ToldFacts()
        self._promises = Promises()
        self._phases = Phases()

    def words(self, understood: Understood, now_s: float, told: list[Advice]) -> None:
        """Take an utterance of the caller or the agent; what follows is appended to ``told``."""
        if understood.fact.role == "caller":
            told += self._told.take(understood, now_s)
        else:
            told += self._phases.take(understood, now_s)
            told += self._promises.take(understood, now_s)
