from __future__ import annotations

from server.live.gate import Gate
from server.live.opening import Consent

TOLD = Consent(basis="announcement", announced=True)
UNTOLD = Consent(basis="announcement", announced=False)


def test_without_the_duty_it_is_open() -> None:
    assert Gate(required=False, consent=None).open


def test_with_the_duty_it_opens_once_the_caller_was_told() -> None:
    assert Gate(required=True, consent=TOLD).open
    for consent in (None, UNTOLD):
        gate = Gate(required=True, consent=consent)
        assert gate.waits
        assert not gate.open
        gate.announced()
        assert gate.open


def test_a_pause_ends_but_a_no_does_not() -> None:
    gate = Gate(required=False, consent=None)
    gate.pause(True)
    assert not gate.open
    gate.pause(False)
    assert gate.open
    gate.refuse()
    gate.pause(False)
    gate.announced()
    assert not gate.open
