from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.archive.names import NamePattern, read_date, told
from server.errors import Refused


@pytest.mark.parametrize(
    ("pattern", "name", "fields"),
    [
        (
            "{agent}_{date}_{call_id}.wav",
            "2026/wang_li_2026-11-22_0042.wav",
            {"agent": "wang_li", "date": "2026-11-22", "call_id": "0042"},
        ),
        (
            "{queue}/{date}{time}-{call_id}.{any}",
            "all/billing/20261122181500-7.mp3",
            {"queue": "billing", "date": "20261122", "time": "181500", "call_id": "7"},
        ),
        ("{call_id}-{party}.wav", "7-rx.wav", {"call_id": "7", "party": "rx"}),
        ("{call_id}.wav", "7.mp3", None),
        ("a+b_{call_id}.wav", "a+b_7.wav", {"call_id": "7"}),
        ("a+b_{call_id}.wav", "aab_7.wav", None),
    ],
)
def test_what_a_name_tells(pattern: str, name: str, fields: dict[str, str] | None) -> None:
    assert NamePattern(pattern).read(name) == fields


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [("{agnet}.wav", "{agnet} is unknown"), ("{queue}{queue}", "twice"), ("x.wav", "no {field}")],
)
def test_a_pattern_that_cannot_be_used(pattern: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        NamePattern(pattern)
    assert complaint in refused.value.message


def test_fields_make_sense() -> None:
    found = told({"date": "2026.11.22", "time": "18-15", "direction": "out", "language": "zh"})
    assert found.date == date(2026, 11, 22)
    assert found.started_at == datetime(2026, 11, 22, 18, 15)
    assert (found.direction, found.language) == ("outbound", "zh")
    with pytest.raises(ValueError, match="month"):
        told({"date": "2026-13-22"})


@given(st.dates())
def test_every_day_is_read_however_it_is_written(day: date) -> None:
    for text in (day.isoformat(), day.isoformat().replace("-", ""), f"{day:%Y}.{day:%m}.{day:%d}"):
        if day.year >= 1000:
            assert read_date(text) == day
