"""Objections by subject, with the caller's own words.

The subject is what was said to be in the way. Whether it is the real reason nobody can hear, so
nothing here says it: a card offers to ask what else matters.
"""

from __future__ import annotations

from typing import get_args

from .advice import ObjectionHeard, Subject
from .understood import Understood

SUBJECTS: tuple[Subject, ...] = get_args(Subject)
PREFIX = "objection_"


class Objections:
    """Counts the objections of one caller."""

    def __init__(self) -> None:
        self._times: dict[Subject, int] = {}

    def take(self, understood: Understood, now_s: float) -> list[ObjectionHeard]:
        """Take an utterance of the caller; a subject counts once in it."""
        fact, told = understood.fact, []
        for subject in SUBJECTS:
            hits = understood.hits.get(PREFIX + subject)
            if not hits:
                continue
            self._times[subject] = self._times.get(subject, 0) + 1
            told.append(
                ObjectionHeard(
                    at_s=fact.at_s,
                    known_at_s=now_s,
                    track=fact.track,
                    role=fact.role,
                    utterance_id=fact.utterance_id,
                    subject=subject,
                    quote=understood.quote(hits[0]),
                    times=self._times[subject],
                    start_s=understood.starts_s(hits[0]),
                    source=understood.source(PREFIX + subject),
                )
            )
        return sorted(told, key=lambda event: event.start_s)
