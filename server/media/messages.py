"""The messages of the native protocol, from the client and from the server."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .closing import ErrorCode
from .fields import Context, Id, Message, Name, Token, When

MAX_GAP_S = 600
"""Longest gap that one message tells."""
MAX_RATE = 48_000


class ConsentBasis(Message):
    """On what the analysis rests."""

    basis: Name
    announced_at: When | None = Field(
        default=None, description="When the caller was told, if so far."
    )


class Start(Message):
    """The first message of a new call."""

    type: Literal["start"] = "start"
    v: Literal[1]
    call_id: Id
    token: Token | None = Field(default=None, repr=False)
    rate: int = Field(ge=8000, le=MAX_RATE, description="Hz")
    encoding: Literal["pcm16", "mulaw", "alaw"]
    channels: tuple[Literal["caller", "agent", "unknown"], ...] = Field(
        min_length=1, max_length=2, description="Who speaks on each channel, as interleaved."
    )
    pacing: Literal["realtime", "lockstep"] = "realtime"
    language: Literal["en", "zh"] | None = None
    agent_id: Id | None = None
    direction: Literal["inbound", "outbound"] | None = None
    queue: Name | None = None
    consent: ConsentBasis | None = None
    caller_ref: Name | None = Field(default=None, repr=False)
    context: Context = Field(default_factory=dict, repr=False)
    ephemeral: bool = Field(
        default=False, description="Leave nothing behind: no log, no words, no recording."
    )
    continues: Id | None = Field(
        default=None, description="The call (lost, transferred) that it goes on."
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if self.channels in (("caller", "caller"), ("agent", "agent")):
            raise ValueError("two channels cannot have the same role")
        return self


class Reconnect(Message):
    """The first message of a new socket that goes on with a call. Later on, `resume` is Resume."""

    type: Literal["resume"] = "resume"
    call_id: Id
    token: Token | None = Field(default=None, repr=False)


class Gap(Message):
    """Sound that the client does not have.

    Without `channel` so many sample groups are left out here, on all channels. With it, nothing is
    left out: what the next `samples` sample groups hold for that channel is no sound.
    """

    type: Literal["gap"] = "gap"
    samples: int = Field(ge=1, le=MAX_GAP_S * MAX_RATE)
    channel: int | None = Field(default=None, ge=0, le=1)


class Pause(Message):
    """From here on the sound is neither analysed nor stored; keep sending it."""

    type: Literal["pause"] = "pause"


class Resume(Message):
    """Analysis goes on after a pause; as a first message, with call_id, `resume` is Reconnect."""

    type: Literal["resume"] = "resume"


class Hold(Message):
    """The caller has been put on hold."""

    type: Literal["hold"] = "hold"


class Unhold(Message):
    """The caller is back."""

    type: Literal["unhold"] = "unhold"


class ConsentGiven(Message):
    """The caller has been told (announced_at is set), or refuses, which ends all analysis."""

    type: Literal["consent"] = "consent"
    basis: Name = "announcement"
    announced_at: When | None = None
    refused: bool = False


class Transfer(Message):
    """Another agent has the call."""

    type: Literal["transfer"] = "transfer"
    agent_id: Id


class NewContext(Message):
    """More is known of the caller; replaces the context."""

    type: Literal["context"] = "context"
    context: Context = Field(repr=False)


class Stop(Message):
    """The call is over."""

    type: Literal["stop"] = "stop"


class Started(Message):
    """The call has begun; send sound."""

    type: Literal["started"] = "started"
    resume_url: str | None = Field(description="Where to resume; null: at the same address.")
    next_sample: int = 0


class Resumed(Message):
    """Go on with this sample."""

    type: Literal["resumed"] = "resumed"
    next_sample: int


class Ack(Message):
    """Everything before this sample has been fed to the analysis."""

    type: Literal["ack"] = "ack"
    next_sample: int


class Problem(Message):
    """Something is wrong; the socket is about to be closed."""

    type: Literal["error"] = "error"
    code: ErrorCode
    message: str
    expected: str | None = None


class Caution(Message):
    """Something is not as it should be; the call goes on."""

    type: Literal["warning"] = "warning"
    code: Literal["behind"]
    message: str


class Draining(Message):
    """The server is going down: the call ends now."""

    type: Literal["draining"] = "draining"


class Ended(Message):
    """The call is over and stored."""

    type: Literal["ended"] = "ended"
    media_s: float
    events: int


First = Annotated[Start | Reconnect, Field(discriminator="type")]
Later = Annotated[
    Gap | Pause | Resume | Hold | Unhold | ConsentGiven | Transfer | NewContext | Stop,
    Field(discriminator="type"),
]
FromServer = Annotated[
    Started | Resumed | Ack | Problem | Caution | Draining | Ended, Field(discriminator="type")
]
