"""Words that mean about the same: what lets a wording be known that no training line has.

The lists (``concepts/*.txt``) were written by hand: a concept, then the words that stand for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

from .cutting import Language, Token, characters, english


@cache
def _lists(language: Language) -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """By first token: the phrase, and the concepts that it stands for; longest first."""
    phrases: dict[tuple[str, ...], list[str]] = {}
    text = resources.files(__package__).joinpath("concepts", f"{language}.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        concept, words = line.split(": ")
        for word in words.split(", "):
            phrases.setdefault(_stems(word, language), []).append(concept)
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        concepts = tuple(dict.fromkeys(phrases[phrase]))
        by_first.setdefault(phrase[0], []).append((phrase, concepts))
    return {first: tuple(known) for first, known in by_first.items()}


def _stems(word: str, language: Language) -> tuple[str, ...]:
    if language == "en":
        return tuple(token.stem for token in english(word))
    return tuple(token.stem for run in characters(word) for token in run)


def concepts(tokens: Sequence[Token], language: Language) -> list[list[tuple[str, Token]]]:
    """Find what the tokens speak of.

    Returns
    -------
    list
        For each place at which a listed phrase begins, in order: its concepts, those of the
        longest phrase first, each with the phrase as one token.
    """
    lists = _lists(language)
    stems = tuple(token.stem for token in tokens)
    found: list[list[tuple[str, Token]]] = []
    for at, token in enumerate(tokens):
        here: dict[str, Token] = {}
        for phrase, meant in lists.get(token.stem, ()):
            if stems[at : at + len(phrase)] == phrase:
                whole = token._replace(end=tokens[at + len(phrase) - 1].end)
                for concept in meant:
                    here.setdefault(concept, whole)
        if here:
            found.append(list(here.items()))
    return found
