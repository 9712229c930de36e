"""LocalAgreement-2: which words of a growing utterance are shown before it has ended.

Two successive hypotheses that agree on their first words are probably right about them (Liu et
al. 2020; Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System"). Utterances
are at most 9 s long and always heard from their start, so words are compared by their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile


class LocalAgreement:
    """The words of one track's open utterance that two hypotheses in a row have agreed on.

    What was shown is never taken back: where later hypotheses agree on something else, nothing is
    added until the final words come.
    """

    def __init__(self) -> None:
        self._utterance_id: str | None = None
        self._last: tuple[str, ...] = ()
        self._agreed: tuple[str, ...] = ()

    def hear(self, utterance_id: str, words: Sequence[str]) -> tuple[str, ...]:
        """Take the next hypothesis.

        Parameters
        ----------
        utterance_id
            Whose words; another one than before begins anew.
        words
            All words from the start of the utterance.

        Returns
        -------
        tuple
            The words agreed on so far, as the latest hypothesis that agreed spells them.
        """
        if utterance_id != self._utterance_id:
            self._utterance_id, self._last, self._agreed = utterance_id, (), ()
        pairs = zip(words, self._last, strict=False)
        common = tuple(word for word, _ in takewhile(lambda pair: _same(*pair), pairs))
        self._last = tuple(words)
        kept = len(self._agreed)
        if len(common) >= kept and all(map(_same, common, self._agreed)):
            self._agreed = (*self._agreed, *common[kept:])
        return self._agreed


def _same(one: str, other: str) -> bool:
    """Case and marks change with every hypothesis and say nothing about the word."""
    return _bare(one) == _bare(other)


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum()) or word
