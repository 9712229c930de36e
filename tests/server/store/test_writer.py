from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from server.store import Store, StoredEvent, StoreError, StoreWriter
from server.store.commit import Job, commit
from server.store.engine import BEGIN, open_engine

from .made import START, call_row, events

PATIENCE_S = 20.0


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.fixture
def no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not hurried waits for ever."""
    monkeypatch.setattr("server.store.writer.PACE_S", 1e6)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, address: str) -> Iterator[Store]:
    """A store that soon says that it is locked."""
    monkeypatch.setattr("server.store.engine.BUSY_S", 0.05)
    with Store(address) as store:
        yield store


@contextmanager
def locked(address: str) -> Iterator[None]:
    """Nobody else can write meanwhile."""
    engine = open_engine(address, connections=1).execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE events IN SHARE MODE"))
        yield
    engine.dispose()


@pytest.mark.usefixtures("no_pace")
def test_the_begin_and_the_end_do_not_wait_for_the_pace(store: Store) -> None:
    writer = store.writer()
    writer.begin(call_row())
    wait_until(lambda: store.call("call-1") is not None)
    writer.append(events(1, 5))
    writer.update("call-1", language="zh")
    assert (writer.backlog, writer.committed_seq("call-1")) == (5, 0)
    assert store.events("call-1") == []
    assert writer.delay_s > 0
    writer.end("call-1", state="ended", ended_at=START + timedelta(minutes=1), heard_s=60.0)
    wait_until(lambda: store.calls(state="ended") != [])
    # in one transaction with all that was given before
    assert store.events("call-1") == events(1, 5)
    assert store.call("call-1") == call_row(
        state="ended", ended_at=START + timedelta(minutes=1), heard_s=60.0, language="zh"
    )
    wait_until(lambda: writer.backlog == 0)
    assert (writer.committed_seq("call-1"), writer.delay_s, writer.failed) == (5, 0.0, None)


def test_what_waits_is_committed_unasked(store: Store) -> None:
    store.writer().begin(call_row())
    store.writer().append(events(1, 5))
    wait_until(lambda: store.writer().committed_seq("call-1") == 5)
    assert store.last_seq("call-1") == 5


@pytest.mark.usefixtures("no_pace")
def test_all_that_waits_goes_into_one_transaction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = store.writer()
    calls = [f"call-{n}" for n in range(10)]
    for call_id in calls:
        writer.begin(call_row(call_id))
    writer.flush(5)
    sizes: list[int] = []

    def counted(engine: sa.Engine, jobs: Sequence[Job]) -> dict[str, str]:
        sizes.append(len(jobs))
        return commit(engine, jobs)

    monkeypatch.setattr("server.store.writer.commit", counted)
    for seq in range(1, 6):
        for call_id in calls:
            writer.append(events(seq, seq, call_id))
    writer.flush(5)
    assert sizes == [50]
    assert all(store.events(call_id) == events(1, 5, call_id) for call_id in calls)


def test_a_locked_database_delays_and_loses_nothing(impatient: Store, address: str) -> None:
    writer = impatient.writer()
    writer.begin(call_row())
    writer.flush(5)
    with locked(address):
        writer.append(events(1, 5))
        wait_until(lambda: writer.failed is not None)
        assert "lock" in str(writer.failed)
        assert "您好" not in str(writer.failed)
        writer.append(events(6, 9))
        with pytest.raises(StoreError, match=r"9 events are not stored yet: .*lock"):
            writer.flush(0.01)
        assert writer.delay_s > 0.05
        assert impatient.events("call-1") == []  # readers do not wait for a writer
    writer.flush(PATIENCE_S)
    assert writer.failed is None
    assert impatient.events("call-1") == events(1, 9)


def test_when_no_more_fits_append_refuses_and_can_be_asked_again(
    impatient: Store, address: str
) -> None:
    block_s = 0.25
    writer = StoreWriter(open_engine(address, connections=1), impatient, bound=10, block_s=block_s)
    writer.begin(call_row())
    writer.begin(call_row("call-2"))
    writer.flush(5)
    with locked(address):
        writer.append(events(1, 8))
        wait_until(lambda: writer.failed is not None)
        began = time.monotonic()
        with pytest.raises(StoreError, match=r"8 events wait .* no more fit: .*lock"):
            writer.append(events(9, 11))
        waited_s = time.monotonic() - began
        with pytest.raises(StoreError, match="no more fit"):
            writer.append(events(1, 3, "call-2"))
        assert time.monotonic() - began - waited_s < block_s <= waited_s
        writer.append(events(9, 10))  # these fit
        writer.end("call-2", state="broken", ended_at=START, heard_s=1.0)  # always taken
    writer.flush(PATIENCE_S)
    assert not writer._full  # and the next overflow is waited for again
    writer.append(events(11, 30))  # more than the bound, but nothing else waits
    writer.close()
    assert impatient.events("call-1") == events(1, 30)
    assert impatient.events("call-2") == []
    assert [row.call_id for row in impatient.calls(state="broken")] == ["call-2"]


def test_append_waits_for_room(impatient: Store, address: str) -> None:
    writer = StoreWriter(open_engine(address, connections=1), impatient, bound=5, block_s=60)
    writer.begin(call_row())
    writer.flush(5)
    asked = threading.Event()

    def append() -> None:
        writer.append(events(1, 5))
        asked.set()
        writer.append(events(6, 10))

    with locked(address):
        thread = threading.Thread(target=append)
        thread.start()
        asked.wait(PATIENCE_S)
        wait_until(lambda: writer.failed is not None)
        assert writer.backlog == 5
    thread.join(PATIENCE_S)
    writer.close()
    assert impatient.events("call-1") == events(1, 10)


def test_a_commit_whose_answer_was_lost_is_done_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = threading.Event()

    def answerless(engine: sa.Engine, jobs: Sequence[Job]) -> dict[str, str]:
        refused = commit(engine, jobs)
        if not lost.is_set():
            lost.set()
            raise OperationalError("COMMIT", {}, Exception("server closed the connection"))
        return refused

    monkeypatch.setattr("server.store.writer.commit", answerless)
    writer = store.writer()
    monkeypatch.setattr("server.store.writer.PACE_S", 1e6)
    with writer._changed:  # both in one transaction
        writer.begin(call_row())
        writer.append(events(1, 3))
        writer.update("call-1", queue="late")
    wait_until(lambda: writer.failed == "server closed the connection" or writer.backlog == 0)
    writer.append(events(4, 6))
    writer.flush(PATIENCE_S)
    assert lost.is_set()
    assert store.call("call-1") == call_row(queue="late")
    assert store.events("call-1") == events(1, 6)
    assert writer.committed_seq("call-1") == 6


def test_an_event_given_again_must_be_the_same(store: Store) -> None:
    writer = store.writer()
    writer.begin(call_row())
    writer.append(events(1, 3))
    writer.append(events(2, 5))
    writer.append([])
    for field in ({"body": "{}"}, {"stamped_at": START}, {"known_at_s": 9.0}):
        with pytest.raises(StoreError, match="event call-1/5 is stored with other content"):
            writer.append([replace(events(5, 5)[0], **field), *events(6, 6)])
    writer.append(events(6, 6))
    writer.flush(5)
    assert store.events("call-1") == events(1, 6)


def test_a_log_has_no_holes(store: Store) -> None:
    writer = store.writer()
    writer.begin(call_row())
    writer.begin(call_row("call-2"))
    writer.append(events(1, 3))
    for bad in (
        events(5, 6),
        [*events(4, 4), *events(6, 6)],
        [*events(4, 4), *events(5, 5, "call-2")],
    ):
        with pytest.raises(StoreError, match="a log has no holes: call-1 is at 3"):
            writer.append(bad)
    writer.flush(5)
    assert store.events("call-1") == events(1, 3)
    assert store.events("call-2") == []


def test_only_a_call_that_goes_on_is_written(store: Store) -> None:
    writer = store.writer()
    over: dict[str, Any] = {"state": "ended", "ended_at": START, "heard_s": 0.0}
    with pytest.raises(StoreError, match="call-1 is over, or was not begun"):
        writer.append(events(1, 1))
    writer.begin(call_row())
    with pytest.raises(StoreError, match="call-1 is being written already"):
        writer.begin(call_row())
    with pytest.raises(TypeError, match="colour"):
        writer.update("call-1", colour="red")
    with pytest.raises(ValueError, match="queue holds"):
        writer.update("call-1", queue="\0")
    with pytest.raises(ValueError, match="starts once"):
        writer.update("call-1", started_at=START)
    writer.end("call-1", **over)
    with pytest.raises(StoreError, match="call-1 is over"):
        writer.append(events(1, 1))
    with pytest.raises(StoreError, match="call-1 is over"):
        writer.update("call-1", queue="x")
    with pytest.raises(StoreError, match="call-1 is over"):
        writer.end("call-1", **over)
    writer.flush(5)
    assert store.call("call-1") == call_row(**over)


@pytest.mark.usefixtures("no_pace")
def test_a_used_call_id_costs_that_call_only(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    writer = store.writer()
    writer.begin(call_row())
    writer.append(events(1, 2))
    writer.end("call-1", state="ended", ended_at=START, heard_s=1.0)
    writer.flush(5)
    first = store.call("call-1")
    with writer._changed:
        writer.begin(call_row(started_at=START + timedelta(days=1)))
        writer.append(events(1, 4, text="a secret"))
        writer.begin(call_row("call-2"))
        writer.append(events(1, 4, "call-2"))
    writer.flush(5)
    reason = "call call-1 is not stored: another call of that id is stored"
    with pytest.raises(StoreError, match=reason):
        writer.append(events(5, 5))
    with pytest.raises(StoreError, match=reason):
        writer.update("call-1", queue="x")
    with pytest.raises(StoreError, match=reason):
        writer.end("call-1", state="broken", ended_at=START, heard_s=9.0)
    writer.flush(5)
    assert store.call("call-1") == first
    assert store.events("call-1") == events(1, 2)
    assert store.events("call-2") == events(1, 4, "call-2")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert reason in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("no_pace")
@pytest.mark.parametrize("at_once", [1, 2000])
def test_a_row_that_the_database_refuses_costs_that_call_only(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("server.store.writer.AT_ONCE", at_once)
    writer = store.writer()
    for call_id in ("call-1", "call-2"):
        writer.begin(call_row(call_id))
        writer.append(events(1, 2, call_id))
    writer.flush(5)
    nothing: Any = None
    with writer._changed:  # the second is taken before the first is refused
        writer.append([replace(event, known_at_s=nothing) for event in events(3, 3)])
        writer.append(events(4, 4))
    writer.append(events(3, 3, "call-2"))
    writer.flush(5)
    assert writer.committed_seq("call-1") == 2
    with pytest.raises(StoreError, match=r"call-1 is not stored: .*known_at_s"):
        writer.append(events(5, 5))
    with pytest.raises(StoreError, match="call-1 is not stored"):
        writer.end("call-1", state="ended", ended_at=START, heard_s=1.0)
    writer.flush(5)
    assert store.events("call-1") == events(1, 2)  # no hole
    assert store.events("call-2") == events(1, 3, "call-2")
    assert [row.call_id for row in store.calls(state="ended")] == ["call-1"]
    assert "您好" not in caplog.text


def test_the_thread_outlives_any_error(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    raised = threading.Event()

    def failing(engine: sa.Engine, jobs: Sequence[Job]) -> dict[str, str]:
        if not raised.is_set():
            raised.set()
            raise RuntimeError("a secret")
        return commit(engine, jobs)

    monkeypatch.setattr("server.store.writer.commit", failing)
    store.writer().begin(call_row())
    store.writer().flush(PATIENCE_S)
    assert raised.is_set()
    assert store.call("call-1") == call_row()
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_what_is_stored_already_is_compared(store: Store, address: str) -> None:
    """As after a commit whose answer was lost, or when two servers write one call."""
    engine = open_engine(address, connections=1)

    def given(log: Sequence[StoredEvent]) -> dict[str, str]:
        job = Job(call_id="call-1", started_at=START, given_s=0.0, events=log)
        return commit(engine, [job])

    store.writer().begin(call_row())
    store.writer().flush(5)
    assert given(events(1, 3)) == {}
    assert given(events(2, 4)) == {}
    assert given([*events(4, 4, text="other"), *events(5, 5)]) == {
        "call-1": "event 4 is stored with other content"
    }
    assert store.events("call-1") == events(1, 4)
    engine.dispose()


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_connections_that_broke_are_made_again(store: Store, address: str) -> None:
    store.writer().begin(call_row())
    store.writer().flush(5)
    with psycopg.connect(address, autocommit=True) as connection:
        broken = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert len(broken) == 2  # a reader's and the writer's
    store.writer().append(events(1, 3))
    store.writer().flush(PATIENCE_S)
    assert store.events("call-1") == events(1, 3)


def test_close_says_what_it_could_not_store(impatient: Store, address: str) -> None:
    writer = impatient.writer()
    writer.begin(call_row())
    writer.flush(5)
    with locked(address):
        writer.append(events(1, 3))
        with pytest.raises(StoreError, match="3 events are not stored"):
            writer.close(timeout_s=0.3)
    writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.append(events(4, 4))
    assert impatient.events("call-1") == []
