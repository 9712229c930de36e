"""How callers left, and what cards had to do with it."""

from __future__ import annotations

from typing import Any

from ..analysis.effect import FirstCard, effects
from ..tables import Tables
from .over_time import told

MEASURES = ("left_calm", "withdrew", "solved", "repeat", "sale")


def left(tables: Tables) -> dict[str, Any]:
    """Withdrawal beside tension: of calm and of tense calls, how many callers gave up."""
    rows = tables.rows(
        "SELECT tense_s > 0, count(*), count(*) FILTER (withdrew) FROM calls"
        " WHERE tense_s IS NOT NULL GROUP BY 1"
    )
    found = {tense: told(withdrew, n) for tense, n, withdrew in rows}
    outcomes = tables.rows("SELECT outcome, count(*) FROM calls GROUP BY 1 ORDER BY 2 DESC, 1")
    return {
        "calm": found.get(False, told(0, 0)),
        "tense": found.get(True, told(0, 0)),
        "outcomes": dict(outcomes),
    }


def cards(tables: Tables) -> list[dict[str, Any]] | None:
    """Compare calls whose first card was shown with those where the holdout kept it back.

    Only runs with a holdout count, and no urgent cards: those are never withheld.

    Returns
    -------
    list of dict, or None
        ``None`` where it is not measurable.
    """
    rows = tables.dicts(
        "WITH cues AS (SELECT call_id, seq, type, card_id FROM events WHERE"
        " (type = 'cue_shown' AND body->>'priority' <> 'P0')"
        " OR (type = 'cue_withheld' AND body->>'reason' = 'holdout')),"
        " runs AS (SELECT DISTINCT run_id FROM calls JOIN cues USING (call_id)"
        "   WHERE type = 'cue_withheld'),"
        " firsts AS (SELECT call_id, arg_min(card_id, seq) AS card_id, arg_min(type, seq) AS type"
        "   FROM cues GROUP BY call_id)"
        " SELECT firsts.*, withdrew, repeat, sale,"
        "   CASE WHEN outcome IN ('soothed', 'calm throughout') THEN true"
        "     WHEN outcome IN ('stayed tense', 'withdrew') THEN false END AS left_calm,"
        "   coalesce(solved_given, CASE solved WHEN 'yes' THEN true WHEN 'no' THEN false END)"
        "     AS solved"
        " FROM firsts JOIN calls USING (call_id) JOIN runs USING (run_id)"
    )
    found = effects(
        [
            FirstCard(
                card_id=row["card_id"],
                arm="shown" if row["type"] == "cue_shown" else "withheld",
                ends={name: row[name] for name in MEASURES},
            )
            for row in rows
        ],
        MEASURES,
    )
    if found is None:
        return None
    return [
        {
            "card_id": one.card_id,
            "measure": one.measure,
            "shown": told(one.shown_hits, one.shown),
            "withheld": told(one.withheld_hits, one.withheld),
            "verdict": one.verdict,
            "difference": one.difference
            and [one.difference.value, one.difference.low, one.difference.high],
        }
        for one in found
    ]
