"""The labelled lines: families of wordings, and the half of them that is held back.

``xx.tsv`` is dealt into a half to train on and a half to measure on. ``xx-taught.tsv`` was written
later, to be trained on only.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from models.wording.cutting import Language, english
from models.wording.labels import OF_SPEAKER, Speaker

LINES = Path(__file__).parent / "lines"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """One wording.

    Attributes
    ----------
    family
        Which idea it says in words of its own; no two speakers share a family.
    speaker
        Who says it.
    labels
        Its classes; empty is a hard negative or plain talk.
    text
        As a recogniser would write it, small letters, no punctuation.
    """

    family: str
    speaker: Speaker
    labels: frozenset[str]
    text: str


def read(language: Language, folder: Path = LINES, *, taught: bool = False) -> list[Line]:
    """Read and check the lines of a language.

    Parameters
    ----------
    language, folder
        Which lines.
    taught
        Those that are trained on only, instead.

    Raises
    ------
    ValueError
        A line is malformed, has a class that is not its speaker's, or stands there twice.
    """
    lines: list[Line] = []
    known: set[tuple[str, str]] = set()
    path = folder / f"{language}{'-taught' if taught else ''}.tsv"
    for number, row in enumerate(path.read_text("utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        family, labelled, text = row.split("\t")
        speaker = next((one for one in get_args(Speaker) if family.startswith(f"{one}/")), None)
        if speaker is None:
            raise ValueError(f"{where}: {family}: a family is caller/... or agent/...")
        labels = frozenset(labelled.split(",")) - {NONE}
        if not labels <= set(OF_SPEAKER[speaker]):
            raise ValueError(f"{where}: {labelled}: not classes of the {speaker}'s words")
        if (speaker, text) in known:
            raise ValueError(f"{where}: {text}: there already")
        known.add((speaker, text))
        lines.append(Line(family, speaker, labels, text))
    return lines


def halves(lines: Iterable[Line], seed: int) -> tuple[list[Line], list[Line]]:
    """Split into a half to train on and a half to hold back, whole families only.

    Families are dealt out by turns within each set of classes, so that both halves have about as
    many lines of every class.
    """
    families: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        families[line.family].append(line)
    kinds: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for family, members in families.items():
        kinds[tuple(sorted(members[0].labels)) or (members[0].speaker,)].append(family)
    rng = random.Random(seed)
    dealt: tuple[list[Line], list[Line]] = ([], [])
    side = 0
    for kind in sorted(kinds):
        names = sorted(kinds[kind])
        rng.shuffle(names)
        for name in names:
            dealt[side].extend(families[name])
            side = 1 - side
    return dealt


def apart(lines: Iterable[Line], held: Sequence[Line], language: Language) -> list[Line]:
    """Leave out lines that are near to one of the held-back lines.

    Near is half or more of the words (Chinese: pairs of characters) of both together in common.
    """
    known = [_pieces(line.text, language) for line in held]
    return [
        line
        for line in lines
        for mine in [_pieces(line.text, language)]
        if all(2 * len(mine & other) < len(mine | other) for other in known)
    ]


def _pieces(text: str, language: Language) -> frozenset[str]:
    if language == "en":
        return frozenset(token.stem for token in english(text))
    return frozenset(text[i : i + 2] for i in range(max(1, len(text) - 1)))


def known_ideas(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Split off the third, sixth, ... wording of every family: the same idea in other words."""
    place: defaultdict[str, int] = defaultdict(int)
    split: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        place[line.family] += 1
        split[place[line.family] % 3 == 0].append(line)
    return split
