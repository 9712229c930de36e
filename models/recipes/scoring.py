"""Error rates: what is compared, and how it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .sentences import plain

METRIC = {"en": "WER", "zh": "CER"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Counts over a set: words in English, characters in Mandarin."""

    utterances: int
    units: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def rate(self) -> float:
        """Errors over reference units (may exceed 1)."""
        return (self.substitutions + self.deletions + self.insertions) / max(1, self.units)


def count(references: Sequence[str], answers: Sequence[str], language: str) -> Errors:
    """Count the errors of answers.

    Parameters
    ----------
    references, answers
        Texts, paired.
    language
        ``"en"``: lower-case words of letters and apostrophes, all marks dropped; ``"zh"``: Chinese
        characters alone.  Nothing else is normalised: "can not" and "cannot" differ.
    """
    import jiwer

    pairs = [
        (plain(reference, language), plain(answer, language))
        for reference, answer in zip(references, answers, strict=True)
    ]
    out = jiwer.process_words([r for r, _ in pairs], [a for _, a in pairs])
    return Errors(
        utterances=len(pairs),
        units=sum(len(r.split()) for r, _ in pairs),
        substitutions=out.substitutions,
        deletions=out.deletions,
        insertions=out.insertions,
    )
