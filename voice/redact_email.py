"""E-mail addresses, written and spoken: "jo dot li at example dot com", 李四 艾特 一六三 点 com."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .redact_atoms import Atom
from .writing import HAN

PLAIN = 3
"""Plain words before the "at" that belong to a name, at most."""
DOMAIN = 4
"""Atoms of a domain between "at" and a dot, at most: "one six three", "g mail"."""

_WRITTEN = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
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
    "is it's at my the to me us him her them you email mail address be was are were am for on that"
    " that's and or so yes okay send write reach look looking page site website shop order ordered"
    " bought online find see got here visit buy from of in with by as not".split()
)
_NOT_A_NAME_HAN = frozenset("是的箱址到给我你他她在发看去上个件")
_ANNOUNCED = re.compile(
    r"\be-?mail(?:\s+address)?(?:\s+is\b|'s\b|:)\s*(?:[a-z0-9]+\s*){0,4}$"
    rf"|邮箱(?:地址)?(?:是|:)\s*[a-z0-9{HAN}\s]{{0,16}}$",
    re.ASCII,
)


def emails(text: str, cut: Sequence[Atom]) -> tuple[list[tuple[int, int]], int | None]:
    """Find e-mail addresses.

    Parameters
    ----------
    text
        Folded.
    cut
        Its atoms.

    Returns
    -------
    list
        From where to where, in order.
    int or None
        Where the address begins that what follows the text could continue. Plain words to the
        left of an "at" that is still to come are known as a name only where one was announced.
    """
    written = [match.span() for match in _WRITTEN.finditer(text)]
    said = _said(text, cut)
    found = []
    over = 0
    for place, atom in enumerate(said):
        if atom.value not in _AT:
            continue
        whole = next((span for span in written if span[0] < atom.start < span[1]), None)
        if whole is None:
            last, complete = _domain(said, place)
            first = _name(said, place, over)
            whole = (said[first].start, said[last].end) if first < place and complete else None
        if whole is not None:
            found.append(whole)
            over = whole[1]
    return found, _open_from(text, said, over)


def _said(text: str, cut: Sequence[Atom]) -> list[Atom]:
    """Atoms without space, and without punctuation unless it joins what is written together."""
    return [
        atom for atom in cut if atom.kind != "mark" or (atom.value in _JOINS and _tight(text, atom))
    ]


def _tight(text: str, atom: Atom) -> bool:
    around = text[atom.start - 1 : atom.start] + text[atom.end : atom.end + 1]
    return len(around) == 2 and around.isalnum() and around.isascii()


def _name(said: Sequence[Atom], at: int, over: int) -> int:
    """Place of the first atom of the name that ends before `at`; none lies before `over`."""
    plain = 0
    first = at
    while first > 0 and said[first - 1].start >= over:
        atom = said[first - 1]
        if (atom.kind in ("word", "scale", "filler") or atom.value == "a") and not (
            atom.value in _JOINS or _initial(said, first - 1)
        ):
            plain += 1
            if plain > PLAIN or not _can_be_name(atom):
                break
        first -= 1
    while first < at and said[first].value in _JOINS:
        first += 1
    return first


def _can_be_name(atom: Atom) -> bool:
    word = atom.value
    if not word.isalnum() or (word.isascii() and atom.kind != "word"):
        return False
    return word not in _NOT_A_NAME and word not in _NOT_A_NAME_HAN


def _initial(said: Sequence[Atom], place: int) -> bool:
    """Whether an "a" or "i" is a spelled letter: another stands beside it."""
    if said[place].value not in ("a", "i"):
        return False
    beside = [*said[max(0, place - 1) : place], *said[place + 1 : place + 2]]
    return any(atom.kind == "letter" for atom in beside)


def _domain(said: Sequence[Atom], at: int) -> tuple[int, bool]:
    """Place of the last atom of what can be a domain after `at`, and whether it is a whole one."""
    last = at
    label = ""
    dots = 0
    complete = False
    units = 0
    while last + 1 < len(said):
        atom = said[last + 1]
        if atom.value in _DOT and label:
            if complete and not _goes_on(said, last + 1):
                break
            label, units, dots = "", 0, dots + 1
        elif _unit(atom) and units < DOMAIN and not (dots and label in _TOP):
            label, units = label + atom.value, units + 1
            complete = complete or (dots > 0 and label in _TOP)
        else:
            break
        last += 1
    return last, complete


def _unit(atom: Atom) -> bool:
    return atom.kind in ("digits", "letter", "oh", "ten") or (
        atom.value.replace("-", "").isalnum() and atom.value.isascii() and atom.value not in _AT
    )


def _goes_on(said: Sequence[Atom], dot: int) -> bool:
    """Whether another top-level name follows the dot, or could."""
    return dot + 1 == len(said) or said[dot + 1].value in _TOP


def _open_from(text: str, said: Sequence[Atom], over: int) -> int | None:
    """Where an address begins that the end of the text is amid; `over` is the end of the last."""
    announced = _ANNOUNCED.search(text, over)
    if announced:
        return announced.start()
    for at in range(len(said) - 1, -1, -1):
        if said[at].value in _AT:
            first = _name(said, at, over)
            last, _ = _domain(said, at)
            if first < at and last == len(said) - 1 and _address(said, first, at):
                return said[first].start
            break
    first = _name(said, len(said), over)
    return said[first].start if first < len(said) and _marked(said[first:]) else None


def _address(said: Sequence[Atom], first: int, at: int) -> bool:
    """Whether what stands before and after the "at" at the end looks like no place."""
    domain = [atom.value for atom in said[at + 1 :]]
    return (
        not domain
        or any(value in _DOT or value in _PROVIDERS or value.isdigit() for value in domain)
        or _marked(said[first:at])
    )


def _marked(name: Sequence[Atom]) -> bool:
    """Whether a name is spelled or has dots and underscores, as none has in a sentence."""
    letters = sum(atom.kind == "letter" for atom in name)
    return letters > 1 or any(atom.value in _OPEN_JOINS for atom in name)
