from __future__ import annotations

from datetime import timedelta

from server.store import Store
from server.store.log import stored
from server.wire import read_log, to_line
from tests.coaching.test_session import run

from .made import START, call_row


def test_a_log_comes_out_as_it_went_in(store: Store) -> None:
    log = run(words=True)
    assert len(log) > 14
    writer = store.writer()
    writer.begin(call_row())
    for number, logged in enumerate(log):
        writer.append([stored("call-1", logged, START + timedelta(milliseconds=number))])
    writer.flush(5)
    lines = [event.body for event in store.events("call-1")]
    assert lines == [to_line("call-1", logged) for logged in log]
    assert list(read_log(lines)) == log


def test_a_call_without_events_has_an_empty_log(store: Store) -> None:
    store.writer().begin(call_row())
    store.writer().flush(5)
    assert store.events("call-1") == []
