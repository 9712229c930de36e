"""Other rules on stored facts: what is gained and lost, and what is left alone."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from coaching.playbook import Playbook, bundled, bundled_sheets
from coaching.profiles import Profiles
from coaching.thresholds import Thresholds
from server.archive.rescore import CHANGES, SUMMARY, Rescored, rescore
from server.cli import main
from server.errors import Refused
from tests.server.archive.synthetic import deal

from .conftest import SMALL

NO_PRICE = {"company.yaml": "remove: [price, tension-rises]\n"}


@cache
def other_playbook() -> Playbook:
    return Playbook.from_files(bundled_sheets("en"), NO_PRICE)


def checksums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/part-*.parquet"))
    }


@pytest.fixture(scope="module")
def result(small: Path) -> Rescored:
    """Without two cards, in one process."""
    return rescore(small, other_playbook(), None)


def test_the_same_rules_change_nothing(small: Path) -> None:
    same = rescore(small, None, Profiles())
    assert (same.calls, same.changed, same.skipped) == (SMALL.calls, 0, 0)
    assert sum(card.kept for card in same.cards) > 0
    assert all(card.gained == card.lost == 0 for card in same.cards)


def test_a_card_that_was_removed_is_lost_in_every_call(result: Rescored, small: Path) -> None:
    stored = pq.read_table(small / "events", columns=["call_id", "type", "card_id"]).to_pylist()
    english = {made.call_id for made in deal(SMALL) if made.language == "en"}
    had = [
        row["call_id"]
        for row in stored
        if row["card_id"] == "tension-rises" and row["type"] == "cue_shown"
        and row["call_id"] in english
    ]  # fmt: skip
    card = next(card for card in result.cards if card.card_id == "tension-rises")
    assert had
    assert (card.lost, card.gained, card.kept) == (len(had), 0, 0)
    assert {example.call_id for example in card.examples} <= set(had)


def test_a_call_in_another_language_is_left_out_and_counted(result: Rescored) -> None:
    chinese = sum(made.language == "zh" for made in deal(SMALL))
    assert chinese
    assert (result.skipped, result.calls) == (chinese, SMALL.calls - chinese)


def test_an_example_has_a_moment_and_the_callers_words(result: Rescored) -> None:
    examples = [one for card in result.cards for one in card.examples]
    quotes = {one.quote for one in examples}
    assert "the renewal quote is too expensive for a student household" in quotes
    assert all(one.at_s > 20 for one in examples)


def test_the_result_lies_beside_and_the_archive_is_untouched(small: Path) -> None:
    before = checksums(small)
    found = rescore(small, other_playbook(), None)
    assert checksums(small) == before
    assert found.folder.parent == small
    summary = json.loads((found.folder / SUMMARY).read_text("utf-8"))
    changes = pq.read_table(found.folder / CHANGES).to_pylist()
    assert summary["changed"] == len({change["call_id"] for change in changes}) == found.changed
    assert summary["folder"] == found.folder.name
    assert sum(card["lost"] for card in summary["cards"]) == sum(
        change["change"] == "lost" for change in changes
    )


def test_two_processes_find_the_same(result: Rescored, small: Path) -> None:
    told: list[tuple[int, int]] = []
    found = rescore(
        small, other_playbook(), None, workers=2, advance=lambda done, of: told.append((done, of))
    )
    assert found == result
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_other_thresholds_have_another_folder(small: Path, result: Rescored) -> None:
    other = rescore(small, other_playbook(), Profiles(Thresholds(cue_first_s=60.0)))
    assert other.folder != result.folder
    assert other.thresholds != result.thresholds


def test_rules_that_the_archive_was_not_scored_with_are_refused(
    tmp_path: Path, small: Path
) -> None:
    for name in ("calls", "windows", "events"):
        (tmp_path / name).mkdir()
        for part in (small / name).iterdir():
            (tmp_path / name / part.name).symlink_to(part)
    path = tmp_path / "calls" / "part-00000.parquet"
    table = pq.read_table(path)
    path.unlink()
    rows = [row | {"playbook": "en-of-a-company"} for row in table.to_pylist()]
    pq.write_table(table.from_pylist(rows, schema=table.schema), path)
    with pytest.raises(Refused, match="en-of-a-company"):
        rescore(tmp_path, None, Profiles())
    assert rescore(tmp_path, bundled("en"), None).calls > 0


def test_an_archive_without_facts_is_refused(large: Path) -> None:
    with pytest.raises(Refused, match="facts are not there"):
        rescore(large, None, Profiles())


def test_the_command_prints_counts_examples_and_json(small: Path, tmp_path: Path) -> None:
    (tmp_path / "company.yaml").write_text(NO_PRICE["company.yaml"], "utf-8")
    (tmp_path / "thresholds.toml").write_text("cue_first_s = 60\n", "utf-8")
    asked = ["rescore", str(small), "--workers", "1"]
    told = CliRunner().invoke(main, [*asked, "--playbook", str(tmp_path)])
    assert told.exit_code == 0, told.output
    assert "tension-rises lost: c0000" in told.output
    assert "in another language" in told.output
    told = CliRunner().invoke(
        main, [*asked, "--thresholds", str(tmp_path / "thresholds.toml"), "--json"]
    )
    values = json.loads(told.output)
    assert values["calls"] == SMALL.calls
    assert sum(card["lost"] for card in values["cards"]) > 0
    assert CliRunner().invoke(main, asked).exit_code == 2
