"""Numbers as people say and write them: digits in a row, whatever small things stand between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .redact_atoms import Atom

MOST_BETWEEN = 6
"""Fillers that may stand between two digits of one number."""


@dataclass(slots=True)
class Group:
    """Digits that were said or written together.

    Attributes
    ----------
    value
        The digits; of a written identifier with its letters.
    completed_by
        What the next digits may complete: a ten (twenty-six) or a hundred (two hundred twenty).
    """

    start: int
    end: int
    value: str
    completed_by: str = ""


@dataclass(slots=True)
class Run:
    """Digits in a row.

    Attributes
    ----------
    before, after
        Spelled letters right before (at most two) and right after (at most one).
    ohs
        How many "oh" stand right before it: zeros, but known for them only now.
    """

    groups: list[Group] = field(default_factory=list)
    before: list[Atom] = field(default_factory=list)
    after: Atom | None = None
    ohs: int = 0

    @property
    def start(self) -> int:
        """Where its first digit stands."""
        return self.groups[0].start

    @property
    def end(self) -> int:
        """Where its last digit ends."""
        return self.groups[-1].end

    @property
    def written(self) -> str:
        """Digits, and the letters of identifiers."""
        return "".join(group.value for group in self.groups)

    @property
    def digits(self) -> str:
        """Digits alone."""
        return "".join(char for char in self.written if char.isdigit())


def runs(cut: Sequence[Atom]) -> tuple[list[Run], int | None]:
    """Find the numbers of a text.

    Parameters
    ----------
    cut
        All atoms of it.

    Returns
    -------
    list of Run
        In order, those at the very end of the text included.
    int or None
        Where the number begins that what follows the text could continue.
    """
    reader = _Reader()
    for atom in cut:
        reader.take(atom)
    open_from = reader.open_from()
    reader.close()
    return reader.found, open_from


class _Reader:
    """Reads atoms from left to right."""

    def __init__(self) -> None:
        self.found: list[Run] = []
        self._run = Run()
        self._letters: list[Atom] = []
        self._ohs = 0
        self._times: Atom | None = None
        self._between = 0
        self._apart = False  # whether anything but space stands after the last digits

    def take(self, atom: Atom) -> None:
        groups = self._run.groups
        if atom.kind == "digits" or (atom.kind == "oh" and groups):
            self._digits(atom, completes=len(atom.value) == 1)
        elif atom.kind == "ten":
            self._digits(atom, completes=False)
        elif atom.kind == "hundred" and groups and groups[-1].value in set("123456789"):
            groups[-1].value += "00"
            groups[-1].completed_by = "hundred"
            groups[-1].end = atom.end
        elif atom.kind == "times" and (groups or not _chinese(atom)):
            self._times = atom
            self._between = 0
        elif atom.kind == "filler" or (atom.kind == "oh" and not groups):
            self._filler(atom)
        elif atom.kind == "mark":
            self._apart = self._apart or bool(atom.value.strip(" -"))
        elif atom.kind == "letter":
            self._letter(atom)
        else:
            if atom.kind in ("scale", "hundred") and groups and self._times is None:
                groups.pop()  # an amount: no part of a number that is a name
            self.close()

    def open_from(self) -> int | None:
        """Where the number begins that goes on at the end."""
        if self._run.groups:
            letters = self._run.before
            return letters[0].start if letters else self._run.start
        if self._times is not None:
            return self._times.start
        return self._letters[0].start if self._letters else None

    def close(self) -> None:
        if self._run.groups:
            self.found.append(self._run)
        self._run = Run()
        self._letters = []
        self._ohs = 0
        self._times = None
        self._between = 0

    def _digits(self, atom: Atom, completes: bool) -> None:
        run, times = self._run, self._times
        start = atom.start
        if not run.groups:
            run.before, run.ohs = self._letters[-2:], self._ohs
        value = atom.value
        last = run.groups[-1] if run.groups else None
        if times is not None:
            value, start = value * int(times.value), times.start
            self._times = None
        elif last is not None and not self._apart and self._between == 0:
            if last.completed_by == "ten" and completes and value != "0":
                last.value, last.end, last.completed_by = last.value[:-1] + value, atom.end, ""
                return
            if last.completed_by == "hundred" and len(value) == 2:
                last.value, last.end = last.value[:-2] + value, atom.end
                last.completed_by = "ten" if atom.kind == "ten" else ""
                return
        run.groups.append(Group(start, atom.end, value, "ten" if atom.kind == "ten" else ""))
        self._between = 0
        self._apart = False

    def _filler(self, atom: Atom) -> None:
        self._between += 1
        if self._between > MOST_BETWEEN:
            self.close()
        self._ohs = self._ohs + 1 if atom.kind == "oh" else 0

    def _letter(self, atom: Atom) -> None:
        if self._run.groups:
            self._run.after = atom
            self.close()
        self._times = None
        self._between = 0
        self._letters = [*self._letters[-1:], atom]


def _chinese(atom: Atom) -> bool:
    """Whether it is 三个, which after no digits means three of something."""
    return atom.end - atom.start <= 2
