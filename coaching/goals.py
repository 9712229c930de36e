"""What a call of its kind should have come to, and when it did: for the talk after the call.

A complaint: its problem put in the agent's words, two options, and an agreement, within 30 min. An
enquiry: three questions answered (or all, if there were fewer) within 15 min. The numbers are the
handbook's example and stand in the thresholds; nothing of this reaches the agent's screen.
"""

from __future__ import annotations

from .advice import Goal, GoalAssessed, Kind
from .said import alike
from .thresholds import Thresholds
from .understood import Understood

OPTIONS = ("solution", "phase_options")
OF_KIND: dict[Kind, tuple[Goal, ...]] = {
    "complaint": ("problem_clear", "two_options", "agreement"),
    "enquiry": ("questions_answered",),
}


class Goals:
    """Follows one call.

    Parameters
    ----------
    thresholds
        The settings that begin with ``goal_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._reached: dict[Goal, float] = {}
        self._options: list[str] = []
        self._asked: list[str] = []
        self._answered = 0
        self._answered_s = 0.0
        self._complains = False

    def complains(self) -> None:
        """The caller has a complaint."""
        self._complains = True

    def caller(self, understood: Understood) -> None:
        """Take an utterance of the caller."""
        for hit in understood.hits.get("question", ()):
            quote = understood.quote(hit)
            if not any(alike(quote, earlier) for earlier in self._asked):
                self._asked.append(quote)
        if self._options and "accepts" in understood.hits:
            self._reach("agreement", understood.fact.at_s)

    def agent(self, understood: Understood) -> None:
        """Take an utterance of the agent."""
        at_s = understood.fact.at_s
        if "restates" in understood.hits:
            self._reach("problem_clear", at_s)
        for name in OPTIONS:
            for hit in understood.hits.get(name, ()):
                quote = understood.quote(hit)
                if not any(alike(quote, earlier) for earlier in self._options):
                    self._options.append(quote)
        if len(self._options) >= self._t.goal_options:
            self._reach("two_options", at_s)
        if self._answered < len(self._asked):
            self._answered, self._answered_s = len(self._asked), at_s
            if self._answered >= self._t.goal_questions:
                self._reach("questions_answered", at_s)

    def end(self, at_s: float, now_s: float) -> list[GoalAssessed]:
        """Say what was reached; nothing of a call that was neither complaint nor enquiry."""
        if 0 < len(self._asked) == self._answered:
            self._reach("questions_answered", self._answered_s)
        kind: Kind | None = "complaint" if self._complains else "enquiry" if self._asked else None
        if kind is None:
            return []
        within_s = self._t.goal_complaint_s if kind == "complaint" else self._t.goal_enquiry_s
        return [
            GoalAssessed(
                at_s=at_s,
                known_at_s=now_s,
                kind=kind,
                goal=goal,
                reached_s=self._reached.get(goal),
                in_time=goal in self._reached and self._reached[goal] <= within_s,
            )
            for goal in OF_KIND[kind]
        ]

    def _reach(self, goal: Goal, at_s: float) -> None:
        self._reached.setdefault(goal, at_s)
