"""Turns, overlaps and silences as facts, told when no earlier edge of speech can follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .events import Fact, Overlap, Role, Silence, TurnEnded
from .speech import Edge
from .turns import Finding, Floor, Overlapped, Turn

HORIZON_S = 1.0
"""How late turns are told, in seconds: an end of speech is known within 0.9 s."""

_Kind = Literal["end", "deaf", "hearing", "start"]
_ORDER: dict[_Kind, int] = {"end": 0, "deaf": 1, "hearing": 2, "start": 3}


class Conversation:
    """Puts the edges of all tracks in order and follows the floor through them."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = tuple(roles)
        self._floor = Floor()
        self._waiting: list[tuple[float, int, int, _Kind]] = []
        self._deaf = 0  # reasons for which silence means nothing: hold, lost sound

    def edge(self, track: int, edge: Edge) -> None:
        """Note a start or an end of speech."""
        self._note(edge.at_s, track, edge.kind)

    def deafen(self, at_s: float, on: bool) -> None:
        """From ``at_s`` on nothing can be heard (hold, lost sound), or something can again."""
        self._note(at_s, 0, "deaf" if on else "hearing")

    def tell(self, now_s: float) -> list[Fact]:
        """Tell what is certain at ``now_s``."""
        return self._follow(now_s - HORIZON_S, now_s)

    def finish(self, end_s: float, now_s: float) -> list[Fact]:
        """End everything that is open at the end of the call."""
        facts = self._follow(end_s, now_s)
        return facts + [self._fact(found, now_s) for found in self._floor.finish(end_s)]

    def _note(self, at_s: float, track: int, kind: _Kind) -> None:
        self._waiting.append((at_s, _ORDER[kind], track, kind))
        self._waiting.sort()

    def _follow(self, until_s: float, now_s: float) -> list[Fact]:
        found: list[Finding] = []
        while self._waiting and self._waiting[0][0] <= until_s:
            at_s, _, track, kind = self._waiting.pop(0)
            if kind == "deaf":
                self._deaf += 1
                found += self._floor.interrupt(at_s)
            elif kind == "hearing":
                self._deaf -= 1
            else:
                found += self._floor.edge(track, kind, at_s)
        if not self._deaf:
            found += self._floor.advance(until_s)
        return [self._fact(finding, now_s) for finding in found]

    def _fact(self, found: Finding, now_s: float) -> Fact:
        role = self._roles[found.track]
        start_s, end_s = round(found.start_s, 3), round(found.end_s, 3)
        if isinstance(found, Turn):
            return TurnEnded(
                at_s=end_s,
                known_at_s=now_s,
                track=found.track,
                role=role,
                start_s=start_s,
                speech_s=round(found.speech_s, 3),
                response_s=None if found.response_s is None else round(found.response_s, 3),
            )
        if isinstance(found, Overlapped):
            return Overlap(
                at_s=end_s,
                known_at_s=now_s,
                track=found.track,
                role=role,
                start_s=start_s,
                barge_in=found.barge_in,
            )
        return Silence(at_s=end_s, known_at_s=now_s, start_s=start_s, after=role, over=found.over)
