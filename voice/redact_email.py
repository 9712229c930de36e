"""E-mail addresses, written and spoken: "jo dot li at example dot com", 李四 艾特 一六三 点 com."""

from __future__ import annotations

from collections.abc import Sequence

from .redact_atoms import Atom

PLAIN = 3
"""Plain words before the "at" that belong to a name, at most."""
DOMAIN = 4
"""Atoms of a domain between "at" and a dot, at most: "one six three", "g mail"."""

_AT = frozenset({"at", "@", "艾特"})
_DOT = frozenset({"dot", "点", "."})
_JOINS = frozenset({"dot", "underscore", "dash", "hyphen", "下划线", "点", ".", "_", "-", "+"})
_OPEN_JOINS = frozenset({"dot", "underscore", "下划线", "_"})
_PROVIDERS = frozenset(
    "gmail outlook hotmail yahoo icloud qq foxmail sina aol live msn proton protonmail".split()
)
_TOP = frozenset(
    "com net org edu gov cn uk co io me info us ca de fr hk tw biz app dev au nz sg jp eu".split()
)
_NOT_A_NAME = frozenset(
    # what ends a name to the left: words before an address, and verbs that take a place
    "is it's its at my the a an to me us him her them you i email mail address be was are for on"
    " that that's and or so yes okay send write reach look looking page site website shop order"
    " ordered bought online find see got here him visit buy from of in with by".split()
)
_NOT_A_NAME_HAN = frozenset("是的箱址到给我你他她在发")


def emails(cut: Sequence[Atom]) -> tuple[list[tuple[int, int]], int | None]:
    """Find e-mail addresses.

    Parameters
    ----------
    cut
        Atoms of a text.

    Returns
    -------
    list
        From where to where, in order.
    int or None
        Where the address begins that what follows the text could continue.
    """
    said = [atom for atom in cut if not _space(atom)]
    found: list[tuple[int, int]] = []
    for place, atom in enumerate(said):
        if atom.value not in _AT:
            continue
        first = _name(said, place)
        last, complete = _domain(said, place)
        if first == place or not complete:
            continue
        start = said[first].start
        if not found or start >= found[-1][1]:
            found.append((start, said[last].end))
    return found, _open_from(said)
