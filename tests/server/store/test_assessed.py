from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.store import Assessed, Store, StoreError

from .made import START, call_row

SAID = Assessed(
    call_id="call-1",
    kind="override",
    criterion_id="empathy",
    answer="no",
    machine="yes",
    blind=True,
    comment="她没有道歉 🎧",
    by="王芳",
    at=START,
    form="03c3fcfd51282ea2",
    versions={"playbook": "en-1", "model": None},
)
WHOLE = Assessed(
    call_id="call-1", kind="acknowledge", by="bo", at=START, form="03c3fcfd51282ea2", versions={}
)


def test_what_was_said_comes_back_and_nothing_is_overwritten(store: Store) -> None:
    for name in ("call-1", "call-2"):
        store.writer().begin(call_row(name))
    store.writer().flush(5)
    later = replace(SAID, answer=None, comment=None, at=START + timedelta(hours=1))
    other = replace(SAID, call_id="call-2", form="another")
    kept = [store.add_assessed(one) for one in (SAID, WHOLE, later, other)]
    assert [replace(one, id=None) for one in kept] == [SAID, WHOLE, later, other]
    ids = [one.id for one in kept]
    assert None not in ids
    assert ids == sorted(set(ids), key=lambda number: number or 0)
    assert store.assessed("call-1") == kept[:3]
    assert store.assessed() == kept
    assert store.assessed(form="another") == kept[3:]
    assert store.assessed("call-1", form="another") == []


def test_it_is_said_of_a_call(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no call call-1"):
        store.add_assessed(SAID)


def test_what_no_database_keeps() -> None:
    with pytest.raises(ValueError, match=r"Assessed\.comment") as caught:
        replace(SAID, comment="secret\0")
    assert "secret" not in str(caught.value)
