"""What is said in a bundled call, by whom, when and how: ``texts/<name>.yaml``, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Role = Literal["caller", "agent"]
StyleName = Literal["calm", "tense", "flat"]

ROLES: tuple[Role, Role] = ("caller", "agent")
"""The channels of every call, in order."""

FOLDER = Path(__file__).parent
TEXTS = FOLDER / "texts"

_STYLES = ("calm", "tense", "flat")
_SENTENCE = re.compile(r"[^.?。？]+[.?。？]")
_ALLOWED = re.compile(r"[A-Za-z' ,.?\u4e00-\u9fff，。？]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One party's go.

    Attributes
    ----------
    role
        Who speaks.
    text
        One or more sentences, numbers as words, no marks but comma, full stop, question mark.
    gap_s
        Seconds from the end of the turn before; negative where it is interrupted.
    style
        How it is said.
    """

    role: Role
    text: str
    gap_s: float
    style: StyleName

    @property
    def sentences(self) -> list[str]:
        """The sentences of the turn, each with its mark."""
        return [sentence.strip() for sentence in _SENTENCE.findall(self.text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A call that has not been spoken yet."""

    name: str
    language: Literal["en", "zh"]
    title: str
    kind: Literal["calm", "rising", "gives_up"]
    voices: dict[Role, str]
    expect: dict[str, bool]
    turns: tuple[Turn, ...]


def names() -> list[str]:
    """Names of the bundled calls, in order."""
    return sorted(path.stem for path in TEXTS.glob("*.yaml"))


def load(name: str) -> Script:
    """Read and check one call's text.

    Parameters
    ----------
    name
        One of :func:`names`.

    Raises
    ------
    ValueError
        If a turn's role, style, gap or text is not as it must be; the message names the turn.
    """
    import yaml

    loaded: dict[str, Any] = yaml.safe_load((TEXTS / f"{name}.yaml").read_text("utf-8"))
    turns = tuple(_turn(item, f"{name}, turn {i}") for i, item in enumerate(loaded.pop("turns")))
    return Script(name=name, turns=turns, **loaded)


def _turn(item: dict[str, Any], where: str) -> Turn:
    turn = Turn(**item)
    if turn.role not in ROLES or turn.style not in _STYLES:
        raise ValueError(f"{where}: role {turn.role!r}, style {turn.style!r}")
    if not -1.0 <= turn.gap_s <= 5.0:
        raise ValueError(f"{where}: gap of {turn.gap_s} s")
    if not _ALLOWED.fullmatch(turn.text) or "".join(_SENTENCE.findall(turn.text)) != turn.text:
        raise ValueError(f"{where}: cannot be spoken as written: {turn.text!r}")
    return turn
