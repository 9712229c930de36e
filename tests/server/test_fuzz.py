"""Whatever is handed in is taken or refused in order; ``tests.benchmarks.fuzz`` tries longer."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz import TARGETS, Target


def spoiled(target: Target) -> st.SearchStrategy[bytes]:
    """Good inputs with a stretch taken out, another put in, or cut off; and plain noise."""

    @st.composite
    def one(draw: st.DrawFn) -> bytes:
        seed = draw(st.sampled_from(target.seeds))
        start, end = sorted(draw(st.lists(st.integers(0, len(seed)), min_size=2, max_size=2)))
        tail = draw(st.sampled_from((seed[end:], b"")))
        return seed[:start] + draw(st.binary(max_size=24)) + tail

    return st.one_of(one(), st.binary(max_size=200))


@pytest.mark.parametrize("name", TARGETS)
def test_good_and_spoiled_input_never_breaks_the_reader(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds:
        target.run(seed)

    @settings(max_examples=60)
    @given(spoiled(target))
    @example(b"")
    def never_breaks(data: bytes) -> None:
        target.run(data)

    never_breaks()
