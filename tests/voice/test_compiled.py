"""Compiled loops: they do what their source says, and stay what they are while a call goes on."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.voice.sound import SAMPLES, arrived, sample
from voice import compiled as compiling
from voice.compiled import compiled
from voice.prosody import BLOCK, Prosody

Made = dict[Callable[..., Any], Callable[..., Any]]


@pytest.fixture(scope="module")
def made() -> Made:
    """All loops of the live path, by their source."""
    Prosody("caller"), Prosody("agent")
    return dict(compiling._COMPILED)


def doubled(values: np.ndarray) -> np.ndarray:
    return values * np.float32(2)


def test_a_function_is_compiled_once() -> None:
    signature = "float32[::1](float32[::1])"
    once = compiled(doubled, signature)
    assert compiled(doubled, signature) is once
    assert once(np.ones(3, np.float32)).tolist() == [2, 2, 2]


def test_what_was_not_foreseen_is_refused_and_not_compiled_during_a_call() -> None:
    function = compiled(doubled, "float32[::1](float32[::1])")
    with pytest.raises(TypeError, match="No matching definition"):
        function(np.ones(3, np.complex64))


def test_the_live_path_says_the_same_without_the_compiler(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(made) > 8
    call = sample(SAMPLES[0])[0][:, : 12 * BLOCK]
    speech, nobody = np.ones(500, np.bool_), np.zeros(500, np.bool_)

    def told() -> list[object]:
        found: list[object] = []
        for role, track in zip(("caller", "agent"), call, strict=True):
            prosody = Prosody("caller" if role == "caller" else "agent")
            for at in range(0, len(track), BLOCK):
                block = track[at : at + BLOCK]
                prosody.feed(block, arrived(block))
                found.append(prosody.measure((at + BLOCK) // 80, speech, nobody))
        return found

    fast = told()
    # without it loops take so long that a few seconds of a call have to do
    monkeypatch.setattr(compiling, "_COMPILED", {function: function for function in made})
    slow = told()
    assert sum(measures is not None for measures in fast) > 6
    assert all(map(close, fast, slow))


def close(one: Any, other: Any) -> bool:
    """Whether measures differ by no more than the rounding of the last digit."""
    if one is None or other is None:
        return one is other
    return all(
        (a := getattr(one, name)) == (b := getattr(other, name)) or abs(a - b) <= 0.0011
        for name in type(one).__slots__
    )


def test_constants_are_of_the_same_file_as_what_was_compiled_is_kept_as_long_as_that(
    made: Made,
) -> None:
    for function in made:
        if (name := function.__module__).startswith("voice."):
            source = sys.modules[name].__file__
            assert source is not None
            assigned = names_assigned(Path(source))
            used = {each for each in function.__code__.co_names if each in function.__globals__}
            allowed = assigned | {"np", "exp"}
            assert used <= allowed, f"{name}.{function.__name__} uses {used - allowed}"


def names_assigned(file: Path) -> set[str]:
    """Names that a file gives values to, other than by importing them or working them out."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                found |= {part.id for part in parts if isinstance(part, ast.Name)}
    return found
