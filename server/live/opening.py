"""What a source says of a call before its first sample, and why a call is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voice.events import Language, Role

Pacing = Literal["realtime", "lockstep"]
Direction = Literal["inbound", "outbound"]
RefusalCode = Literal["call_exists", "too_many_calls", "draining", "no_caller"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """On what the analysis of a call rests.

    Attributes
    ----------
    basis
        What the company relies on, in its own words: ``announcement``, ``contract`` ...
    announced
        Whether the caller has been told. Until then nothing is analysed where that is required.
    """

    basis: str
    announced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A call that is to begin.

    Attributes
    ----------
    roles
        Who speaks on each track.
    language
        Of the call; ``None`` if the source does not know.
    pacing
        ``realtime``: sound never waits for words. ``lockstep``: it does, so a file at any speed
        gives the same log.
    context
        What the console shows of the caller: name, order, earlier calls.
    consent
        ``None`` where the source said nothing.
    ephemeral
        Leave nothing behind: no row, no stored events, no words, no recording.
    """

    call_id: str
    roles: tuple[Role, ...]
    language: Language | None = None
    pacing: Pacing = "realtime"
    agent_id: str | None = None
    direction: Direction | None = None
    queue: str | None = None
    caller_ref: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    consent: Consent | None = None
    ephemeral: bool = False


@dataclass(frozen=True, slots=True)
class WordsPolicy:
    """Whether a call is transcribed, and whether by a demo model that does not know it."""

    words: bool
    demo: bool = False


class Refusal(Exception):
    """A call that is not taken.

    Attributes
    ----------
    code
        For machines.
    """

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code
