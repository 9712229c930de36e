"""The JSON of the control plane: what goes over the wire, and its schema."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from voice.events import PressedKey

from ..live.rows import iso

NAME = r"^[A-Za-z0-9._:@-]{1,64}$"
"""What calls, agents and cues may be called."""
LAST = 2**31 - 1
"""The highest ``seq`` that a database can be asked for."""


Name = Annotated[str, Field(pattern=NAME)]
CallId = Annotated[str, Path(pattern=NAME, description="The call, as its source named it.")]
AgentId = Annotated[str, Path(pattern=NAME, description="The agent, as the source named them.")]
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]
State = Literal["live", "ended", "broken", "lost"]
Verdict = Literal["right", "wrong"]


class Shape(BaseModel):
    """What all have in common: they can be read from a row of the store."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class Problem(Shape):
    """Why a request was refused."""

    detail: str


class Call(Shape):
    """A call: who, when, how, and under which rules."""

    call_id: str
    state: State = Field(
        description="`broken`: its source vanished; `lost`: the server did, while it went on."
    )
    started_at: Moment
    ended_at: Moment | None
    heard_s: float | None = Field(description="Seconds of sound; null while it goes on.")
    roles: tuple[str, ...] = Field(description="Who speaks on each track.")
    language: str | None
    agent_id: str | None
    queue: str | None
    direction: Literal["inbound", "outbound"] | None
    caller_ref: str | None
    context: dict[str, Any] = Field(description="What the source said of the caller.")
    consent: dict[str, Any] | None
    pacing: Literal["realtime", "lockstep"]
    words: bool = Field(description="Whether it was transcribed.")
    demo_words: bool = Field(description="Whether by a model that does not know such calls.")
    engine: str
    playbook: str
    thresholds: str
    audio: str | None = Field(description="Name of the recording, if there is one.")
    origin: str


class Calls(Shape):
    """A page of calls, newest first."""

    calls: list[Call]
    next_before: Moment | None = Field(description="`before` of the next page; null: no more.")


class Stamped(Shape):
    """An event, and when it was stored."""

    stamped_at: Moment
    event: dict[str, Any] = Field(description="As `calmline schema` describes it.")


class Events(Shape):
    """A page of a call's log."""

    events: list[Stamped]
    next_from: int | None = Field(description="`from` of the next page; null: no more for now.")


class Held(Shape):
    """A reason for which a card had to wait."""

    at_s: float
    reason: str


class Left(Shape):
    """The end of a card."""

    at_s: float
    reason: str


class Press(Shape):
    """A key that was pressed on a card."""

    at_s: float
    key: PressedKey


class Opinion(Shape):
    """What somebody says of a card."""

    cue_id: Name
    verdict: Verdict
    comment: str | None = Field(default=None, max_length=2000, pattern=r"^[^\x00]*$")


class Feedback(Opinion):
    """An opinion that was stored."""

    id: int
    call_id: str
    at: Moment


class Cue(Shape):
    """The life of a card in a call; times are seconds of media time."""

    cue_id: str
    card_id: str
    kind: str
    priority: str
    why: str
    say: str
    next: str
    avoid: str
    because_s: float = Field(description="When its reason began.")
    raised_at_s: float
    held: list[Held]
    shown_at_s: float | None
    withheld: Held | None = Field(description="Kept back by shadow mode or the holdout.")
    left: Left | None
    pressed: list[Press]
    feedback: list[Feedback]


class Key(Shape):
    """A key that the agent presses."""

    key: PressedKey
    cue_id: Name | None = None
