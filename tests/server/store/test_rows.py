from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from server.store import Feedback

from .made import START, call_row, events


@pytest.mark.parametrize(
    "fields",
    [
        {"caller_ref": "a\0b"},
        {"caller_ref": "\ud800"},
        {"context": {"x": float("nan")}},
        {"context": {"x": START}},
        {"started_at": datetime(2026, 3, 1)},
    ],
)
def test_what_no_database_keeps_is_no_row(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"CallRow.{next(iter(fields))} holds"):
        call_row(**fields)


def test_the_complaint_does_not_quote() -> None:
    with pytest.raises(ValueError, match="body") as caught:
        replace(events(1, 1)[0], body="my secret\0")
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(ValueError, match="comment"):
        Feedback(call_id="c", cue_id="1", verdict="right", comment="\udfff", at=START)
