"""``calmline explain``: why a card came, or did not, at one moment of a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from coaching.advice import (
    Advice,
    CueHeld,
    CueLeft,
    CueRaised,
    CueShown,
    CueWithheld,
    IndexChanged,
)
from coaching.coach import Coach
from coaching.playbook import Playbook, bundled
from coaching.profiles import Profiles
from coaching.thresholds import Thresholds
from coaching.verdicts import Verdict
from voice.events import CallStarted, Fact, ProsodyWindow, WordsFinal, WordsUnderstood

from .account import clock
from .call_log import CallFacts
from .errors import Refused
from .live.versions import playbook_version
from .wire import type_name

AROUND_S = 15.0
"""Facts and advice of so many seconds before the moment are printed."""
_STANDING = {
    "answered": "answered: its topic has had its card",
    "waits": "waits for more evidence, or to last",
    "shown_before": "held back: it was shown before in this call",
    "turned_down": "held back: the caller has turned this way down",
    "tried": "held back: the agent has tried this way",
    "done": "held back: the agent is doing it already",
}


def explain(
    call: CallFacts,
    at_s: float,
    playbook: Playbook | None = None,
    profiles: Profiles | None = None,
) -> None:
    """Print what was heard before a moment of a call, which rules held, and what became of them.

    Parameters
    ----------
    call
        Its facts; advice is given anew from them.
    at_s
        The moment, in seconds of the call.
    playbook, profiles
        Others than the bundled ones.

    Raises
    ------
    Refused
        If the facts do not begin with the begin of a call.
    """
    for line in lines(call.facts, at_s, playbook, profiles or Profiles(), call.call_id):
        click.echo(line)
    language = next((fact.language for fact in call.facts if isinstance(fact, CallStarted)), None)
    book = playbook or bundled(language or "en")
    if call.playbook is not None and call.playbook != playbook_version(book):
        click.echo("\nThe call itself was coached by other cards: give them with --playbook")


def lines(
    facts: Sequence[Fact],
    at_s: float,
    playbook: Playbook | None,
    profiles: Profiles,
    call_id: str,
) -> Iterator[str]:
    """Give the explanation line by line; see :func:`explain`."""
    start = next((fact for fact in facts if isinstance(fact, CallStarted)), None)
    if start is None:
        raise Refused("the log does not say who is on the call: call_started is missing")
    book = playbook or bundled(start.language or "en")
    thresholds = profiles.of(start.language)
    coach = Coach(start.roles, start.language, book, thresholds, call_id=call_id)
    told: list[Advice] = []
    for now_s, group in groupby(facts, key=lambda fact: fact.known_at_s):
        if now_s > at_s:
            break
        told += coach.tick(now_s, list(group))
    if at_s > max((fact.known_at_s for fact in facts if fact.known_at_s <= at_s), default=at_s):
        told += coach.tick(round(at_s, 1), ())
    yield f"At {clock(at_s)} ({at_s:g} s)"
    yield ""
    yield "Heard"
    since_s = at_s - AROUND_S
    near = [f for f in facts if since_s < f.known_at_s <= at_s]
    yield from (f"  {f.known_at_s:7.1f}  {_fact(f)}" for f in near if _matters(f))
    yield from _signals(coach, at_s, thresholds)
    yield ""
    yield "Rules that hold"
    verdicts = coach.verdicts()
    yield from (line for verdict in verdicts for line in _verdict(verdict))
    if not verdicts:
        yield "  none"
    yield ""
    yield "Advice"
    events = [a for a in told if a.known_at_s > since_s and not isinstance(a, IndexChanged)]
    yield from (f"  {a.known_at_s:7.1f}  {_advice(a)}" for a in events)
    if not events:
        yield "  none"


def _matters(fact: Fact) -> bool:
    return not isinstance(fact, ProsodyWindow)


def _fact(fact: Fact) -> str:
    said = f': "{fact.text}"' if isinstance(fact, WordsFinal) else ""
    if isinstance(fact, WordsUnderstood):
        said = ": " + ", ".join(f"{one.label} {one.score:.2f}" for one in fact.meanings)
    who = "" if fact.role == "unknown" else f" ({fact.role})"
    return f"{type_name(type(fact))}{who}{said}"


def _signals(coach: Coach, at_s: float, thresholds: Thresholds) -> Iterator[str]:
    signals = coach.signals
    yield ""
    yield "Known"
    yield f"  voice {signals.state} since {clock(signals.state_since_s)}, stage {signals.stage}"
    if signals.phase:
        yield f"  phase {signals.phase}"
    for title, times, memory_s in (
        ("caller", signals.heard_s, thresholds.heard_memory_s),
        ("agent", signals.said_s, thresholds.agent_memory_s),
    ):
        recent = sorted(name for name, at in times.items() if at_s - at[-1] < memory_s)
        if recent:
            yield f"  words of the {title}: {', '.join(recent)}"


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"  {verdict.card_id}  since {clock(verdict.since_s)}, evidence {verdict.drivers}"
    yield from (f"      because {line}" for line in verdict.lines)
    yield f"      {_STANDING[verdict.standing]}"


def _advice(advice: Advice) -> str:
    name = type_name(type(advice))
    if isinstance(advice, (CueHeld, CueLeft, CueWithheld)):
        return f"{name} {advice.card_id}: {advice.reason}"
    if isinstance(advice, (CueRaised, CueShown)):
        return f"{name} {advice.card_id}"
    detail = next(
        (getattr(advice, field) for field in ("subject", "risk", "stage", "grade", "conduct",
         "reason", "phase", "kind", "state", "due") if getattr(advice, field, None) is not None),
        "",
    )  # fmt: skip
    return f"{name} {detail}".rstrip()
