from __future__ import annotations

import pytest

from server.loopback import is_loopback
from server.media.doorkeeper import Doorkeeper
from server.media.settings import MediaSettings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_on_loopback_everybody_may_come(host: str) -> None:
    assert is_loopback(host)
    assert MediaSettings(host=host).tokens == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.com", ""])
def test_beyond_loopback_a_token_is_needed(host: str) -> None:
    with pytest.raises(ValueError, match="a token is needed"):
        MediaSettings(host=host)
    assert MediaSettings(host=host, tokens=("t",)).host == host


def test_any_of_the_tokens_opens_the_door_and_nothing_else() -> None:
    door = Doorkeeper(("one", "zwei ü"))
    assert door.admits("one")
    assert door.admits("zwei ü")
    for wrong in (None, "", "on", "one ", "ONE", "\ud800"):
        assert not door.admits(wrong)
    assert Doorkeeper(()).admits(None)
