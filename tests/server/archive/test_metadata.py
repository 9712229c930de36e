from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from server.archive.metadata import Metadata, over, read_outcomes
from server.archive.tasks import Told
from server.errors import Refused


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, "utf-8-sig")
    return path


def test_metadata_by_name_or_its_last_part(tmp_path: Path) -> None:
    metadata = Metadata(
        table(
            tmp_path,
            "file,call_id,agent,started_at,caller,consent,mood\n"
            "a/1.wav,c1,Wang Li,2026-11-22T18:15:09+08:00,right,announced,?\n"
            "2.wav,c2,,,,,\n",
        )
    )
    one = metadata.of("a/1.wav")
    assert one is not None
    assert (one.call_id, one.agent, one.caller) == ("c1", "Wang Li", "right")
    assert one.started_at == datetime(2026, 11, 22, 18, 15, 9)  # the clock on their wall
    assert metadata.of("deep/in/2.wav") == Told(call_id="c2")
    assert metadata.of("1.wav") is None
    assert over(Told(call_id="from name", queue="q"), one).queue == "q"
    assert over(Told(call_id="from name"), one).call_id == "c1"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name\n1.wav\n", "no column 'file'"),
        ("file,caller\n1.wav,middle\n", "line 2: caller is left or right, not 'middle'"),
        ("file\n1.wav\n1.wav\n", "line 3: 1.wav stands there twice"),
        ("file,date\n1.wav,yesterday\n", "line 2"),
    ],
)
def test_metadata_that_cannot_be_used(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        Metadata(table(tmp_path, text))
    assert complaint in refused.value.message


def test_outcomes(tmp_path: Path) -> None:
    text = "call_id,solved,csat,repeat,other\nc1,yes,4.5,,x\nc2,,,no,\nc1,,,TRUE,\n"
    assert read_outcomes(table(tmp_path, text)) == {
        "c1": {"solved_given": True, "csat": 4.5, "repeat": True},
        "c2": {"repeat": False},
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("call_id,solved\nc1,perhaps\n", "line 2: solved is yes or no, not 'perhaps'"),
        ("call_id,csat\nc1,good\n", "line 2"),
        ("call_id,mood\nc1,good\n", "none of the columns solved, csat, repeat, churn, sale"),
        ("solved\nyes\n", "no column 'call_id'"),
    ],
)
def test_outcomes_that_cannot_be_used(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        read_outcomes(table(tmp_path, text))
    assert complaint in refused.value.message
