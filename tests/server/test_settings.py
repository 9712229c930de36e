from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import Refused
from server.loopback import is_loopback
from server.settings import ServeSettings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_only_this_machine_reaches_loopback(host: str, tmp_path: Path) -> None:
    assert is_loopback(host)
    assert ServeSettings(host=host, data=tmp_path).token is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "calmline.example"])
def test_beyond_loopback_a_token_is_needed(host: str, tmp_path: Path) -> None:
    assert not is_loopback(host)
    with pytest.raises(Refused, match="give a token"):
        ServeSettings(host=host, data=tmp_path)
    assert ServeSettings(host=host, data=tmp_path, token="secret").token == "secret"


def test_the_database_lies_with_the_data_unless_named(tmp_path: Path) -> None:
    assert ServeSettings(data=tmp_path).store_url == f"sqlite:///{tmp_path}/calls.db"
    named = ServeSettings(data=tmp_path, store="postgresql://db/calmline")
    assert named.store_url == "postgresql://db/calmline"
