"""What a check of the machine finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    status
        ``warn``: Calmline runs, with something left out; ``fail``: it does not.
    advice
        What to do about it, where there is something to do.
    """

    status: Status
    found: str
    advice: str = ""
