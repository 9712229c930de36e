"""Loops over frames, compiled to machine code.

Half a second of sound is 50 frames: too few for numpy, each call of which costs more than its
arithmetic. Such loops are written as plain functions of arrays, next to what uses them, and numba,
which librosa brings along, compiles them.

Arithmetic is strict (no ``fastmath``): operations keep their order, so that what comes out for a
frame depends neither on how many come with it nor on how wide a machine's vectors are. Types are
given and not guessed: nothing is compiled while a call goes on.

What was compiled is kept beside the source, or where ``NUMBA_CACHE_DIR`` says, for as long as that
file is the same. So a compiled function may use constants of its own file, and no others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_COMPILED: dict[Callable[..., Any], Callable[..., Any]] = {}


def compiled(function: F, signature: str) -> F:
    """Compile a function, once in a process.

    The first time on a machine this takes seconds, later some milliseconds; so it belongs where
    something is made that will be used often.

    Parameters
    ----------
    function
        Uses nothing but numbers, arrays and `math`.
    signature
        Types of its result and parameters in numba's notation; ``::1`` is contiguous.
    """
    if function not in _COMPILED:
        from numba import njit

        # as numpy divides: without an exception, so that a loop may do several at a time
        _COMPILED[function] = njit(signature, cache=True, error_model="numpy")(function)
    return cast(F, _COMPILED[function])
