"""Words that tell one kind of objection from the others: TF-IDF over kinds.

All that was said with one kind is taken for one document (class-based TF-IDF, Grootendorst 2022,
"BERTopic", eq. 2)::

    weight = (times in the kind / words of the kind) * log(1 + average words of a kind / times)

where the last ``times`` is the word's over all kinds. scikit-learn has TF-IDF too, for 30 MB more
than this file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

FEWEST_CALLS = 5
"""A word said in fewer calls is not shown: it says little, and may be somebody's name."""
TIMES_MORE = 2.0
"""A telling word is said so much more often with its kind than elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A telling word of a kind, and how many calls it was said in."""

    word: str
    weight: float
    calls: int


def telling(
    said: Mapping[str, Iterable[tuple[str, Iterable[str]]]], most: int = 10
) -> dict[str, list[Telling]]:
    """Find the most telling words of each kind, heaviest first.

    Parameters
    ----------
    said
        By kind: the call and the words of each utterance. What was said without an objection is a
        kind of its own, by which the others are judged; leave it out of what is shown.
    most
        Words told of each kind.
    """
    times: dict[str, Counter[str]] = {}
    calls: dict[str, dict[str, set[str]]] = {}
    for kind, utterances in said.items():
        counted, where = times.setdefault(kind, Counter()), calls.setdefault(kind, {})
        for call, words in utterances:
            for word in words:
                counted[word] += 1
                where.setdefault(word, set()).add(call)
    every: Counter[str] = Counter()
    for counted in times.values():
        every.update(counted)
    total, average = every.total(), every.total() / max(1, len(times))
    found = {}
    for kind, counted in times.items():
        size = counted.total()
        heavy = [
            Telling(
                word=word,
                weight=n / size * log(1 + average / every[word]),
                calls=len(calls[kind][word]),
            )
            for word, n in counted.items()
            if len(calls[kind][word]) >= FEWEST_CALLS
            and n * (total - size) >= TIMES_MORE * (every[word] - n) * size
        ]
        found[kind] = sorted(heavy, key=lambda one: (-one.weight, one.word))[:most]
    return found
