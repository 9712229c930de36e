"""Search: what was said is found however it is asked for, and asking can break nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.archive.search import Hit, fts_expression, search
from server.archive.search_index import NAME, open_index
from server.cli import main
from server.errors import Refused
from tests.server.archive.synthetic import deal

from .conftest import LARGE


def calls_with(*kinds: str, language: str) -> set[str]:
    return {
        made.call_id
        for made in deal(LARGE)
        if made.language == language and set(kinds) <= set(made.kinds)
    }


def found(hits: list[Hit]) -> set[str]:
    return {hit.call_id for hit in hits}


def test_words_are_found_in_any_form_and_order(large: Path) -> None:
    expected = calls_with("service", language="en")
    assert expected
    for query in ("refund late", "LATE refunds", '"refund is late"'):
        assert found(search(large, query, most=10_000)) == expected
    assert search(large, '"late refund"') == []


@pytest.mark.parametrize("query", ["退款 没人管", "退款 沒人管", "没人管", "款这么", "包裹也沒到"])
def test_chinese_is_found_in_both_scripts_and_however_it_is_cut(large: Path, query: str) -> None:
    assert found(search(large, query, most=10_000)) == calls_with("service", language="zh")


def test_a_hit_says_where_and_what(large: Path) -> None:
    hit = search(large, "refund", most=1)[0]
    assert hit.role == "caller"
    assert [hit.text[start:end] for start, end in hit.found] == ["refund"]
    assert hit.at_s >= 20
    hit = search(large, "质量", most=1)[0]
    assert "\u200b" not in hit.text
    assert [hit.text[start:end] for start, end in hit.found] == ["质量"]


def test_a_whole_word_ranks_above_the_same_characters(tmp_path: Path, large: Path) -> None:
    with closing(open_index(_copy(large, tmp_path))) as index:
        index.executemany(
            "INSERT INTO said (text, han, call_id, at_s, role) VALUES (?, ?, ?, 0, 'caller')",
            [
                ("东\u200b西瓜", "东\u200b西\u200b瓜", "x-cut"),
                ("西瓜\u200b皮", "西\u200b瓜\u200b皮", "x"),
            ],
        )
        scores = dict(
            index.execute(
                "SELECT call_id, bm25(said, 1.0, 0.3) FROM said WHERE said MATCH ?",
                ['(text : "东西" OR han : "东 西") OR (text : "西瓜" OR han : "西 瓜")'],
            )
        )
    assert set(scores) == {"x", "x-cut"}


def test_kind_and_role_narrow_it(large: Path) -> None:
    both = calls_with("service", "price", language="en")
    assert both
    assert found(search(large, "refund late", kind="price", most=10_000)) == both
    assert search(large, "refund late", role="agent") == []
    assert search(large, "contract", role="caller", most=3)


@pytest.mark.parametrize("query", ["", '"', "...", "，。", "'"])
def test_a_query_without_a_word_is_refused(large: Path, query: str) -> None:
    with pytest.raises(Refused, match="no word in it"):
        search(large, query)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.sampled_from([*"ab\"'*():^-+{}[];%_., \u200b\u2068\0", "退款", "NEAR", "OR"])).map(
        "".join
    )
    | st.text(max_size=20)
)
def test_no_query_breaks_out(large: Path, query: str) -> None:
    if fts_expression(query):
        assert len(search(large, query, most=1)) <= 1  # SQLite understood it
    else:
        with pytest.raises(Refused, match="no word in it"):
            search(large, query)


def test_the_archive_grows_and_the_index_with_it(tmp_path: Path, large: Path) -> None:
    folder = _copy(large, tmp_path)
    parts = {path: path.read_bytes() for path in folder.glob("*/part-00002.parquet")}
    for path in parts:
        path.unlink()
    first = search(folder, "refund", most=10_000)
    built = (folder / NAME).stat().st_ino
    for path, content in parts.items():
        path.write_bytes(content)
    assert len(search(folder, "refund", most=10_000)) > len(first)
    assert (folder / NAME).stat().st_ino == built
    assert found(search(folder, "refund", most=10_000)) == calls_with("service", language="en")


def test_a_part_that_changed_or_went_has_all_built_again(tmp_path: Path, large: Path) -> None:
    folder = _copy(large, tmp_path)
    every = search(folder, "refund", most=10_000)
    (folder / "calls" / "part-00001.parquet").unlink()
    fewer = search(folder, "refund", most=10_000)
    assert 0 < len(fewer) < len(every)
    changed = folder / "events" / "part-00000.parquet"
    os.utime(changed, ns=(1, 1))
    assert search(folder, "refund", most=10_000) == fewer
    with closing(sqlite3.connect(folder / NAME)) as index:
        stamps = dict(index.execute("SELECT name, mtime_ns FROM part"))
    assert stamps[changed.name] == 1


def test_an_index_that_is_none_is_refused(tmp_path: Path, large: Path) -> None:
    folder = _copy(large, tmp_path)
    (folder / NAME).write_bytes(b"this is no database, and long enough to be seen as none" * 20)
    with pytest.raises(Refused, match="remove it"):
        search(folder, "refund")


def test_the_command_prints_hits_and_json(large: Path) -> None:
    runner = CliRunner()
    told = runner.invoke(main, ["search", "refund", "late", "--dir", str(large), "--most", "1"])
    assert told.exit_code == 0, told.output
    assert "my refund is late" in told.output
    told = runner.invoke(
        main, ["search", "refund late", "--dir", str(large), "--most", "2", "--json"]
    )
    assert [hit["role"] for hit in json.loads(told.output)] == ["caller", "caller"]
    told = runner.invoke(main, ["search", "refund", "--dir", str(large), "--kind", "rice"])
    assert told.exit_code == 2


def _copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "copy", ignore=shutil.ignore_patterns(f"{NAME}*")))
