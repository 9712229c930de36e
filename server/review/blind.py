"""A report for somebody who is to answer first: the machine's answers are not in it yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HIDDEN: dict[str, Any] = {
    "answer": None,
    "not_assessable": None,
    "evidence": [],
    "auto_fail_proposed": False,
}


def blinded(report: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Leave out what the machine and others answered to criteria that a person has not.

    While anything is left out, so are the score, the conduct that was noted and the moments that
    were chosen for it, from which the answers could be guessed.

    Parameters
    ----------
    report
        As JSON.
    by
        The person.

    Returns
    -------
    dict
        With ``blind``: who, and the criteria that are left out.
    """
    card, said = report["scorecard"], report["assessment"]
    own = {
        answer["criterion_id"]
        for answer in said["answers"]
        if answer["by"] == by and answer["form"] == card["form"]
    }
    hidden = [a["criterion_id"] for a in card["answers"] if a["criterion_id"] not in own]
    told = {**report, "blind": {"by": by, "hidden": hidden}}
    if not hidden:
        return told
    told["scorecard"] = {
        **card,
        "score": None,
        "assessed_share": 0.0,
        "answers": [a | HIDDEN if a["criterion_id"] in hidden else a for a in card["answers"]],
    }
    told["assessment"] = {
        **said,
        "answers": [a for a in said["answers"] if a["criterion_id"] not in hidden],
        "responses": [],
    }
    told["effective"] = {**report["effective"], "score": None, "assessed_share": 0.0}
    told["conduct"] = []
    told["moments"] = [m for m in report["moments"] if not m["kind"].startswith("conduct")]
    return told
