"""When words are told: each utterance's when it is due, guarded and redacted, in order.

Words come late, yet advice must not depend on how late. So the words of an utterance are told at
its end + 1.0 s of media time, held back if they come earlier; if they come later, at the next
tick, and it is said. Between recogniser and everybody else stand the guards (what was never said)
and the redactor (what nobody may see), here, so that every driver sees the same text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from .clock import TICKS_PER_S
from .events import Degraded, Fact, UtteranceEnded, WordsFinal, WordsMissing
from .guards import guarded
from .redact import Redactor

WORDS_AFTER_S = 1.0
"""Words are due this long after their utterance has ended, in media time; of an utterance that was
cut, whose end lies up to 4.5 s back when it is cut, this long after the cut."""

Final = WordsFinal | WordsMissing


@dataclass(slots=True)
class _Awaited:
    """An utterance, and its words once they are here."""

    ended: UtteranceEnded
    final: Final | None = None

    @property
    def due_s(self) -> float:
        ended = self.ended
        return (ended.known_at_s if ended.reason == "cut" else ended.at_s) + WORDS_AFTER_S


@dataclass(slots=True)
class _Line:
    """The utterances of one track that are not told yet, in order, and what redacts them."""

    queue: list[_Awaited] = field(default_factory=list)
    redactor: Redactor = field(default_factory=Redactor)


class WordRelease:
    """The words of one call on their way from the recogniser into the log."""

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}
        self._awaited: dict[str, _Awaited] = {}

    def expect(self, ended: UtteranceEnded) -> None:
        """From now on the words of this utterance are awaited."""
        awaited = _Awaited(ended)
        self._awaited[ended.utterance_id] = awaited
        self._lines.setdefault(ended.track or 0, _Line()).queue.append(awaited)

    def take(self, final: Final) -> None:
        """Take the words of an utterance.

        Raises
        ------
        KeyError
            If none are awaited (unknown, or already here).
        """
        awaited = self._awaited.pop(final.utterance_id)
        awaited.final = (
            guarded(final, awaited.ended.speech_s) if isinstance(final, WordsFinal) else final
        )

    def awaited(self, until_s: float = float("inf")) -> list[str]:
        """Utterances whose words are due by ``until_s`` and have not come."""
        return [name for name, awaited in self._awaited.items() if awaited.due_s <= until_s]

    @property
    def pending(self) -> bool:
        """Whether there are utterances that have not been told."""
        return any(line.queue for line in self._lines.values())

    def tell(self, now_s: float, speaking: Collection[int]) -> Iterator[Fact]:
        """Give what is due at this tick.

        Parameters
        ----------
        now_s
            Media time of the tick.
        speaking
            Tracks on which somebody speaks: a number may go on there.
        """
        for track, line in sorted(self._lines.items()):
            while line.queue and line.queue[0].due_s <= now_s and line.queue[0].final is not None:
                head = line.queue.pop(0)
                if round(now_s - head.due_s, 3) >= 1 / TICKS_PER_S:
                    yield _late(head, now_s)
                assert head.final is not None
                yield from _at(now_s, line.redactor.final(head.final))
            waiting = bool(line.queue) or track in speaking
            yield from _at(now_s, line.redactor.advance(now_s, waiting=waiting))

    def finish(self, now_s: float) -> Iterator[Fact]:
        """Give what was held back: no more words will come."""
        for _, line in sorted(self._lines.items()):
            yield from _at(now_s, line.redactor.finish())


def _at(now_s: float, finals: list[Final]) -> Iterator[Fact]:
    for final in finals:
        yield replace(final, known_at_s=now_s)


def _late(awaited: _Awaited, now_s: float) -> Degraded:
    return Degraded(
        at_s=round(awaited.due_s, 3),
        known_at_s=now_s,
        track=awaited.ended.track,
        role=awaited.ended.role,
        reason="late_words",
    )
