"""What an utterance says, beyond the phrases of a list: classes with scores, and quotes.

The method and its limits: `models/wording/card.md`.
"""

from models.wording.labels import AGENT, CALLER, LABELS, OBJECTIONS, Speaker

from .understanding import Understanding, bundled
from .words import Span

__all__ = [
    "AGENT",
    "CALLER",
    "LABELS",
    "OBJECTIONS",
    "Span",
    "Speaker",
    "Understanding",
    "bundled",
]
