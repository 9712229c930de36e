from __future__ import annotations

from pathlib import Path

import pytest

from server.archive.ledger import LEDGER, Ledger
from server.archive.tasks import Failure
from server.errors import Refused

FAILURE = Failure(name="x.wav", path_hash="x", bytes=7, reason="it hangs", do="look at it")


def filled(folder: Path) -> Ledger:
    ledger = Ledger(folder)
    ledger.part(1, "run", {"a": "call-a", "b": "call-b"})
    ledger.fail("run", FAILURE)
    return ledger


def test_what_was_noted_is_known_again(tmp_path: Path) -> None:
    filled(tmp_path).close()
    ledger = Ledger(tmp_path)
    assert ledger.done == {"a": "call-a", "b": "call-b"}
    assert ledger.failures == {"x": FAILURE}
    assert ledger.parts == {1}
    ledger.part(2, "later", {"x": "call-x"})
    assert ledger.failures == {}
    ledger.close()


@pytest.mark.parametrize("kept", range(0, 60, 7))
def test_a_torn_line_is_cut_off_wherever_it_was_torn(tmp_path: Path, kept: int) -> None:
    filled(tmp_path).close()
    path = tmp_path / LEDGER
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"part":2,"run":"run","calls":{"c":"call-c"}}\n'[:kept][:-1])
    ledger = Ledger(tmp_path)
    assert ledger.parts == {1}
    ledger.part(2, "run", {"c": "call-c"})
    ledger.close()
    assert path.read_bytes().startswith(whole)
    again = Ledger(tmp_path)
    again.close()
    assert again.done == {"a": "call-a", "b": "call-b", "c": "call-c"}


def test_a_line_of_somebody_else_is_refused(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with (tmp_path / LEDGER).open("ab") as file:
        file.write(b"hello\n")
    with pytest.raises(Refused, match="line 3 is not one of ours"):
        Ledger(tmp_path)
