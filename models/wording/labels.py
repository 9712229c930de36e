"""The classes of wording, and whose words each is about."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Speaker: TypeAlias = Literal["caller", "agent"]

OBJECTIONS: Final = tuple(
    f"objection_{subject}"
    for subject in (
        "need", "price", "product", "service", "time", "agent", "ability", "results",
        "competitor", "decider",
    )
)  # fmt: skip
CALLER: Final = (
    *OBJECTIONS, "angry", "worried", "gives_up", "declines", "abuse", "danger", "legal",
)  # fmt: skip
AGENT: Final = ("evasion", "promise", "empathy", "solution", "forbidden")
LABELS: Final = (*CALLER, *AGENT)
"""Columns of the model, in this order."""

OF_SPEAKER: Final[dict[Speaker, tuple[str, ...]]] = {"caller": CALLER, "agent": AGENT}
