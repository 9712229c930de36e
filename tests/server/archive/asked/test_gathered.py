"""The dashboard's figures against the truth that was planted."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from server.archive.columns import CALLS
from server.archive.dashboard.before_after import before_after
from server.archive.dashboard.gathered import gathered
from server.archive.tables import Tables
from server.errors import Refused
from tests.server.archive.synthetic import BETTER_QUEUE, Made, Plan, deal, rise_week, split, write

from .conftest import LARGE

Figures = dict[str, Any]


@pytest.fixture(scope="module")
def truth() -> list[Made]:
    """The calls as they were dealt."""
    return list(deal(LARGE))


def test_the_planted_rise_is_the_only_alert(figures: Figures) -> None:
    (alert,) = figures["alerts"]
    assert (alert["kind"], alert["week"]) == (LARGE.rises, rise_week(LARGE).isoformat())
    value, low, high = alert["ratio"]
    assert 1 < low < LARGE.rise < high
    assert low < value < high


def test_cases_by_week_are_those_that_were_dealt(figures: Figures, truth: list[Made]) -> None:
    for place, week in enumerate(figures["weeks"]):
        calls = [made for made in truth if made.week == place]
        assert week["calls"] == len(calls)
        assert week["cases"] == {
            kind: sum(kind in made.kinds for made in calls) for kind in figures["subjects"]
        }
        assert week["whole"]


def test_the_only_rule_is_the_one_that_was_planted(figures: Figures) -> None:
    (rule,) = figures["together"]
    assert {*rule["given"], rule["also"]} == set(LARGE.together)


def test_cards_help_as_was_planted(figures: Figures, truth: list[Made]) -> None:
    found = {(one["card_id"], one["measure"]): one for one in figures["cards"]}
    left = found[None, "left_calm"]
    assert left["verdict"] == "clear"
    assert left["difference"][1] > 0
    with_cards = [made for made in truth if made.kinds or made.end != "calm"]
    assert left["withheld"]["n"] == sum(made.withheld for made in with_cards)
    assert left["shown"]["n"] == sum(not made.withheld for made in with_cards)
    few = [one for one in found.values() if min(one["shown"]["n"], one["withheld"]["n"]) < 30]
    assert few
    assert all(one["verdict"] == "too_few" and one["difference"] is None for one in few)


def test_only_the_better_queue_changed(figures: Figures) -> None:
    clear = [one for one in figures["compare"]["changes"] if one["verdict"] == "clear"]
    assert [(one["by"], one["figure"]) for one in clear if one["by"]] == [(BETTER_QUEUE, "repeat")]
    assert all(one["figure"] in ("repeat", "objection") for one in clear if not one["by"])


def test_a_new_model_is_marked_in_its_week(figures: Figures) -> None:
    (mark,) = figures["marks"]
    week = (LARGE.start + timedelta(weeks=LARGE.weeks // 2)).isoformat()
    assert (mark["what"], mark["week"], mark["before"], mark["after"]) == (
        "model",
        week,
        "small@aaaaaaaa",
        "small@bbbbbbbb",
    )


def test_telling_words_are_those_of_the_kind_alone(figures: Figures) -> None:
    words = {
        language: {word["word"] for word in figures["telling"][language]["price"]}
        for language in ("en", "zh")
    }
    assert {"expensive", "renewal", "household"} <= words["en"]
    assert {"续费", "报价"} <= words["zh"]
    assert not {"contract", "parcel", "合同", "包裹"} & (words["en"] | words["zh"])


def test_withdrawal_stands_beside_tension(figures: Figures, truth: list[Made]) -> None:
    tense = [made for made in truth if made.end != "calm"]
    assert figures["left"]["tense"]["n"] == len(tense)
    assert figures["left"]["tense"]["hits"] == sum(made.end == "withdraws" for made in tense)
    assert figures["left"]["calm"]["hits"] == 0


def test_hours_and_queues_count_every_call(figures: Figures, truth: list[Made]) -> None:
    cells = [cell for row in figures["hours"] for cell in row if cell]
    assert sum(cell["n"] for cell in cells) == len(truth)
    assert sum(cell["hits"] for cell in cells) == sum(bool(made.kinds) for made in truth)
    assert sum(queue["calls"] for queue in figures["queues"]) == len(truth)


def test_no_agent_is_in_it(figures: Figures) -> None:
    assert "agent-" not in json.dumps(figures).replace('"agent-start-over"', "")


def _archive(folder: Path, **changed: Any) -> Path:
    """An archive of one call for each given value of a column."""
    folder = write(folder, Plan(calls=1, weeks=1, facts=False, usual=0.0, rising=1.0))
    path = next((folder / "calls").glob("*.parquet"))
    row = pq.read_table(path).to_pylist()[0]
    pq.write_table(pa.Table.from_pylist([row | changed], schema=CALLS), path)
    return folder


def test_words_of_a_demo_model_are_no_objections(tmp_path: Path) -> None:
    with Tables(_archive(tmp_path, demo_words=True)) as tables:
        found = gathered(tables)
    assert (found["about"]["calls"], found["about"]["heard"]) == (1, 0)
    assert found["pareto"] == []
    assert found["telling"] == {"en": {}, "zh": {}}


def test_calls_without_a_date_are_in_no_week(tmp_path: Path) -> None:
    with Tables(_archive(tmp_path, date=None, started_at=None)) as tables:
        found = gathered(tables)
        assert before_after(tables, split(LARGE), "queue") == []
    assert (found["weeks"], found["alerts"], found["about"]["undated"]) == ([], [], 1)
    assert found["about"]["first"] is None


def test_a_call_is_too_little_for_anything(tmp_path: Path) -> None:
    with Tables(_archive(tmp_path)) as tables:
        found = gathered(tables, split(LARGE), "queue")
    assert found["cards"] is None, "nothing was withheld: not measurable"
    assert {one["verdict"] for one in found["compare"]["changes"]} == {"too_few"}
    assert found["together"] == found["alerts"] == []


def test_a_part_whose_calls_are_not_written_yet_does_not_count(tmp_path: Path) -> None:
    folder = _archive(tmp_path)
    next((folder / "events").glob("*.parquet")).with_name("part-99999.parquet").touch()
    with Tables(folder) as tables:
        assert tables.rows("SELECT count(DISTINCT call_id) FROM events") == [(1,)]


def test_a_folder_without_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no archive in it"):
        Tables(tmp_path)
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "part-00000.parquet").write_text("no parquet")
    with pytest.raises(Refused, match=r"cannot be read.*part-00000"):
        Tables(tmp_path)
