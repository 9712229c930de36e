"""Everything that the dashboard shows, gathered from an archive: plain values, ready for JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..analysis import compare, effect, telling, together, trend
from ..columns import SUBJECTS
from ..tables import Tables
from .before_after import as_json, before_after
from .callers import cards, left
from .kinds import kinds
from .over_time import over_time

SCHEMA = 1
FEWEST = 30
"""A cell or share of fewer calls is shown without a colour."""


def gathered(tables: Tables, split: date | None = None, by: str | None = None) -> dict[str, Any]:
    """Ask an archive for all figures.

    Parameters
    ----------
    split, by
        Of the comparison; without ``split`` there is none.
    """
    return {
        "schema": SCHEMA,
        "about": _about(tables),
        "subjects": list(SUBJECTS),
        **over_time(tables),
        **kinds(tables),
        "left": left(tables),
        "cards": cards(tables),
        "compare": split
        and {
            "split": split.isoformat(),
            "by": by,
            "changes": as_json(before_after(tables, split, by)),
        },
        "limits": {
            "cell": FEWEST,
            "alert_rise": trend.RISE,
            "alert_cases": trend.FEWEST,
            "together": together.FEWEST,
            "effect": effect.FEWEST,
            "compare": compare.FEWEST,
            "telling_calls": telling.FEWEST_CALLS,
            "telling_times": telling.TIMES_MORE,
        },
    }


def _about(tables: Tables) -> dict[str, Any]:
    (about,) = tables.dicts(
        "SELECT count(*) AS calls, coalesce(sum(duration_s), 0) / 3600 AS hours,"
        " min(day) AS first,"
        " max(day) AS last,"
        " count(*) FILTER (day IS NULL) AS undated,"
        " count(*) FILTER (started_at IS NULL) AS no_hour,"
        " count(*) FILTER (words AND NOT demo_words) AS heard,"
        " count(*) FILTER (demo_words) AS demo_words,"
        " count(*) FILTER (tense_s IS NOT NULL) AS assessed,"
        " count(*) FILTER (tense_s > 0) AS tense,"
        " count(*) FILTER (tense_s IS NOT NULL AND withdrew) AS withdrew,"
        " count(*) FILTER (mono) AS mono,"
        " count(*) FILTER (language = 'zh') AS zh,"
        " median(word_probability) AS word_probability"
        " FROM dated"
    )
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in about.items()
    }
