from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from server.store import CallRow, Feedback, Store, StoreError

from .made import START, call_row, events

FULL = call_row(
    "caller:1@x.y_z-2",
    state="broken",
    ended_at=START + timedelta(hours=2, microseconds=7),
    heard_s=7200.1,
    roles=("unknown",),
    language="zh",
    agent_id="agent 王",
    queue="returns",
    direction="inbound",
    caller_ref="+86 10 🎧 ‏עברית",
    context={"order": 8841, "名": ["王", None, True, 0.5], "raw": "\ud800\0"},
    consent={"basis": "announced", "announced_at": None},
    pacing="lockstep",
    words=False,
    demo_words=True,
    audio="call.flac",
)


@pytest.mark.parametrize("row", [call_row(), FULL], ids=["bare", "full"])
def test_a_call_comes_back_as_it_went_in(store: Store, row: CallRow) -> None:
    store.writer().begin(row)
    store.writer().flush(5)
    found = store.call(row.call_id)
    assert found == row
    assert found.started_at.tzinfo == START.tzinfo
    assert isinstance(found.roles, tuple)
    assert store.call("nobody") is None


def test_moments_come_back_in_utc(store: Store) -> None:
    there = timezone(timedelta(hours=8))
    store.writer().begin(call_row(started_at=START.astimezone(there)))
    store.writer().append([replace(events(1, 1)[0], stamped_at=START.astimezone(there))])
    store.writer().flush(5)
    found = store.call("call-1")
    assert found is not None
    moments = [found.started_at, store.events("call-1")[0].stamped_at]
    assert [moment.isoformat() for moment in moments] == ["2026-03-01T09:30:00.123456+00:00"] * 2


def test_calls_are_listed_newest_first(store: Store) -> None:
    rows = [
        call_row(
            f"call-{n}",
            started_at=START + timedelta(minutes=n),
            agent_id=f"agent-{n % 2}",
            state="live" if n > 3 else "ended",
        )
        for n in range(6)
    ]
    for row in rows:
        store.writer().begin(row)
    store.writer().flush(5)
    assert store.calls() == rows[::-1]
    assert store.calls(limit=2) == [rows[5], rows[4]]
    assert store.calls(limit=2, before=rows[4].started_at) == [rows[3], rows[2]]
    assert store.calls(state="live", agent_id="agent-1") == [rows[5]]
    assert store.mark_lost() == 2
    assert store.mark_lost() == 0
    assert [row.call_id for row in store.calls(state="lost")] == ["call-5", "call-4"]
    assert store.calls(state="ended") == rows[3::-1]


def test_a_log_is_read_from_where_one_was(store: Store) -> None:
    log = events(1, 20)
    store.writer().begin(call_row())
    store.writer().append(log)
    store.writer().begin(call_row("call-2"))
    store.writer().append(events(1, 1, "call-2"))
    store.writer().flush(5)
    assert store.events("call-1") == log
    assert store.events("call-1", from_seq=15, limit=3) == log[14:17]
    assert store.events("call-1", types={"pressed"}) == log[4::5]
    assert store.events("call-1", types=()) == []
    assert store.events("nobody") == []
    assert [store.last_seq(call_id) for call_id in ("call-1", "call-2", "nobody")] == [20, 1, 0]


def test_feedback_is_kept_in_order(store: Store) -> None:
    store.writer().begin(call_row())
    store.writer().flush(5)
    given = [
        Feedback(call_id="call-1", cue_id="c1", verdict="wrong", comment="她没生气", at=START),
        Feedback(call_id="call-1", cue_id="c1", verdict="right", at=START),
    ]
    kept = [store.add_feedback(feedback) for feedback in given]
    assert store.feedback("call-1") == kept
    assert [replace(feedback, id=None) for feedback in kept] == given
    assert len({feedback.id for feedback in kept}) == 2
    with pytest.raises(StoreError, match="there is no call nobody"):
        store.add_feedback(replace(given[0], call_id="nobody"))
    assert store.feedback("nobody") == []


def test_readers_see_logs_without_holes_while_the_writer_writes(store: Store) -> None:
    """And always at least what the writer says is committed."""
    writer = store.writer()
    writer.begin(call_row())
    over = threading.Event()
    wrong: list[str] = []
    lengths: set[int] = set()

    def read() -> None:
        while not over.is_set():
            promised = writer.committed_seq("call-1")
            log = store.events("call-1")
            lengths.add(len(log))
            if log != events(1, len(log)):
                wrong.append("a hole")
            if len(log) < promised:
                wrong.append("a broken promise")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for first in range(1, 200, 10):
        writer.append(events(first, first + 9))
        writer.flush(5)
    over.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(lengths) > 2
    assert store.events("call-1") == events(1, 200)


def test_a_store_is_opened_again(address: str) -> None:
    with Store(address) as first:
        first.writer().begin(call_row())
        first.writer().append(events(1, 3))  # close flushes
    with Store(address) as second:
        assert second.events("call-1") == events(1, 3)
        assert second.mark_lost() == 1
