"""Objections by kind: how often, when, where, with what, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..analysis.pareto import pareto
from ..analysis.telling import telling
from ..analysis.together import rules
from ..columns import SUBJECTS
from ..segments import content_words
from ..tables import Tables
from .over_time import told

MOST_QUEUES = 12
MOST_UTTERANCES = 60_000
"""Utterances without an objection that are read for telling words; of more, an even sample."""
OTHER = "other"


def kinds(tables: Tables) -> dict[str, Any]:
    """Give everything about kinds, ready for JSON."""
    counts = ", ".join(f"count(*) FILTER (obj_{name} > 0)" for name in SUBJECTS)
    ((calls, objected, *cases),) = tables.rows(
        f"SELECT count(*), count(*) FILTER (len(kinds) > 0), {counts} FROM heard"
    )
    return {
        "objected": told(objected, calls),
        "pareto": [
            {**_fields(bar), "calls": calls}
            for bar in pareto(dict(zip(SUBJECTS, cases, strict=True)))
        ],
        "hours": _hours(tables),
        "queues": _queues(tables),
        "together": [
            {**_fields(rule), "risk": [rule.risk.value, rule.risk.low, rule.risk.high]}
            for rule in rules([row[0] for row in tables.rows("SELECT kinds FROM heard")],
                              len(SUBJECTS))
        ],
        "telling": {language: _telling(tables, language) for language in ("en", "zh")},
    }  # fmt: skip


def _fields(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__slots__}


def _hours(tables: Tables) -> list[list[dict[str, Any] | None]]:
    """Calls with an objection by weekday, Monday first, and hour."""
    grid: list[list[dict[str, Any] | None]] = [[None] * 24 for _ in range(7)]
    for day, hour, calls, objected in tables.rows(
        "SELECT isodow(started_at), hour(started_at), count(*), count(*) FILTER (len(kinds) > 0)"
        " FROM heard WHERE started_at IS NOT NULL GROUP BY ALL"
    ):
        grid[day - 1][hour] = told(objected, calls)
    return grid


def _queues(tables: Tables) -> list[dict[str, Any]]:
    """Calls with each kind, of the queues with most calls."""
    counts = ", ".join(f"count(*) FILTER (obj_{name} > 0)" for name in SUBJECTS)
    rows = tables.rows(
        f"SELECT queue, count(*) AS calls, {counts} FROM heard WHERE queue IS NOT NULL"
        f" GROUP BY queue ORDER BY calls DESC, queue LIMIT {MOST_QUEUES}"
    )
    return [
        {
            "queue": queue,
            "calls": calls,
            "kinds": {name: told(n, calls) for name, n in zip(SUBJECTS, cases, strict=True)},
        }
        for queue, calls, *cases in rows
    ]


def _telling(tables: Tables, language: str) -> dict[str, list[dict[str, Any]]]:
    said: dict[str, list[tuple[str, list[str]]]] = {}
    for kind, call, text in _said(tables, language):
        said.setdefault(kind, []).append((call, content_words(text)))
    found = telling(said)
    found.pop(OTHER, None)
    return {
        kind: [{"word": one.word, "calls": one.calls} for one in words]
        for kind, words in found.items()
        if words
    }


def _said(tables: Tables, language: str) -> Iterator[tuple[str, str, str]]:
    """Caller's utterances by what was objected to in them: an utterance may have two kinds."""
    utterances = (
        "SELECT e.call_id, e.seq, e.body->>'utterance_id' AS utterance, e.text FROM events e"
        " JOIN heard USING (call_id) WHERE e.type = 'words_final' AND e.role = 'caller'"
        " AND heard.language = ? AND e.text IS NOT NULL"
    )
    objections = (
        "SELECT DISTINCT call_id, body->>'utterance_id' AS utterance, kind FROM events"
        " WHERE type = 'objection_heard'"
    )
    yield from tables.rows(
        f"WITH u AS ({utterances}), o AS ({objections})"
        " SELECT o.kind, call_id, u.text FROM u JOIN o USING (call_id, utterance) ORDER BY ALL",
        [language],
    )
    ((n,),) = tables.rows(f"SELECT count(*) FROM ({utterances})", [language])
    yield from tables.rows(
        f"WITH u AS ({utterances}), o AS ({objections})"
        f" SELECT '{OTHER}', call_id, u.text FROM u ANTI JOIN o USING (call_id, utterance)"
        " WHERE hash(call_id, u.seq) % ? = 0",
        [language, 1 + n // MOST_UTTERANCES],
    )
