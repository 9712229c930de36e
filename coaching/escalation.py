"""When a call needs more than the agent: grades L1 to L4, and help wanted by rule.

L1 is a question, L2 a complex question, L3 a technical fault, L4 a serious complaint. A grade only
rises. The company's response times belong to its own desk, not to this room.
"""

from __future__ import annotations

from .advice import Advice, Escalated, Grade, HelpReason, HelpWanted

GRADES: tuple[Grade, ...] = ("L1", "L2", "L3", "L4")
RULES: dict[str, Grade] = {
    "asks": "L1",
    "objects": "L1",
    "asks_again": "L2",
    "many_objections": "L2",
    "asked_for": "L2",
    "fault_after_trying": "L3",
    "legal": "L4",
    "abuse": "L4",
    "confrontational": "L4",
    "over_limit": "L4",
    "danger": "L4",
}
"""What leads to which grade."""
HELP: dict[str, HelpReason] = {
    "danger": "danger",
    "legal": "legal",
    "abuse": "abuse",
    "over_limit": "over_limit",
    "confrontational": "confrontational",
    "asked_for": "asked_for",
}
"""What calls for somebody else at once; each once in a call."""


class Escalation:
    """The grade of one call."""

    def __init__(self) -> None:
        self._grade: Grade | None = None
        self._called: set[str] = set()
        self.urgent = False
        """Whether the caller named a time until which they need it."""

    def because(self, rule: str, at_s: float, now_s: float) -> list[Advice]:
        """Take a reason of :data:`RULES`; give what follows."""
        told: list[Advice] = []
        grade = RULES[rule]
        if self._grade is None or GRADES.index(grade) > GRADES.index(self._grade):
            self._grade = grade
            told.append(
                Escalated(
                    at_s=at_s,
                    known_at_s=now_s,
                    grade=grade,
                    reason=rule,
                    urgent=self.urgent or rule == "danger",
                )
            )
        help_reason = HELP.get(rule)
        if help_reason is not None and rule not in self._called:
            self._called.add(rule)
            told.append(HelpWanted(at_s=at_s, known_at_s=now_s, reason=help_reason))
        return told
