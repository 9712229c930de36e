"""How long a call note and a review of 30 minutes take, beside the length of the call.

``python -m tests.benchmarks.review`` plays the bundled calls' words again and again to half an hour
and prints CPU time, least of five rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from time import process_time
from typing import Any

from coaching.playbook import bundled
from coaching.review import bundled_form, note_of, review_of
from coaching.session import Logged
from tests.coaching.review.talks import language_of, logged, sample
from voice.events import CallEnded, CallStarted, Fact

LENGTH_S = 1800.0
ROUNDS = 5
CALLS = ("en-rising", "zh-rising")


def long_call(name: str, length_s: float = LENGTH_S) -> list[Logged]:
    """A bundled call's facts, again and again."""
    once = [entry.event for entry in sample(name) if isinstance(entry.event, Fact)]
    middle = [fact for fact in once if not isinstance(fact, (CallStarted, CallEnded))]
    step_s = round(once[-1].known_at_s)
    facts: list[Fact] = [once[0]]
    start_s = 0.0
    while start_s < length_s:
        facts += [_later(fact, start_s) for fact in middle]
        start_s += step_s
    facts.append(_later(once[-1], start_s - step_s))
    return logged(facts)


def _later(fact: Fact, by_s: float) -> Fact:
    moved: dict[str, Any] = {
        field.name: round(getattr(fact, field.name) + by_s, 3)
        for field in fields(fact)
        if field.name in ("at_s", "known_at_s", "start_s")
    }
    moved["known_at_s"] = round(moved["known_at_s"], 1)
    if hasattr(fact, "utterance_id"):
        moved["utterance_id"] = f"{fact.utterance_id}+{by_s:.0f}"
    if hasattr(fact, "words"):
        later = (replace(w, start_s=w.start_s + by_s, end_s=w.end_s + by_s) for w in fact.words)
        moved["words"] = tuple(later)
    return replace(fact, **moved)


def least_ms(what: Callable[[], object]) -> float:
    """CPU time in milliseconds, least of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        begin = process_time()
        what()
        rounds.append(1000.0 * (process_time() - begin))
    return min(rounds)


def main() -> None:
    """Print the figures."""
    for name in CALLS:
        log = long_call(name)
        language = language_of(name)
        book, form = bundled(language), bundled_form(language)
        note_ms = least_ms(partial(note_of, log, playbook=book))
        review_ms = least_ms(partial(review_of, log, form=form, playbook=book))
        minutes = log[-1].event.at_s / 60.0
        print(
            f"{name}: {minutes:.0f} min, {len(log)} events: "
            f"note {note_ms:.0f} ms, review {review_ms:.0f} ms"
        )


if __name__ == "__main__":
    main()
