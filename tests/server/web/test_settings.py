"""What the settings refuse, because it could not mean what it should."""

from __future__ import annotations

from typing import Any

import pytest

from server.web import WebSettings


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"token": "two words"}, "token"),
        ({"token": ""}, "token"),
        ({"hosts": {"*"}}, "'*' needs a token"),
        ({"hosts": {"calm.example:8080"}}, "hosts"),
        ({"origins": {"calm.example"}}, "origins"),
        ({"origins": {"https://*.example"}}, "origins"),
        ({"origins": {"https://calm.example/"}}, "origins"),
        ({"frame_ancestors": ("https://crm.example; script-src *",)}, "frame_ancestors"),
        ({"frame_ancestors": ("*",)}, "frame_ancestors"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named.replace("*", r"\*")):
        WebSettings(**fields)


def test_the_names_of_loopback_are_always_right() -> None:
    settings = WebSettings(hosts=frozenset({"calm.example"}))
    assert settings.names == {"localhost", "127.0.0.1", "[::1]", "calm.example"}
    anywhere = WebSettings(
        token="0123", hosts=frozenset({"*"}), frame_ancestors=("https://*.crm.example:8443",)
    )
    assert "*" in anywhere.names
