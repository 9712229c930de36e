"""Words that were never said are taken out before anybody sees them.

A recogniser writes text for silence, noise, hold music and key tones too. What it wrote is
compared with the speech that was heard, with what it is known to write, and with itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from . import hallucinations
from .events import Word, WordsFinal, WordsMissing
from .hallucinations import Token
from .loops import loops
from .rate import RATE_HZ, syllables
from .simplified import simplified
from .writing import Line, Span, gaps

Reason = Literal["silence", "hallucination", "implausible", "doubtful"]
"""Why no words of an utterance are believed: nothing was said or heard; known phrases only; nobody
speaks so fast or so slowly; the recogniser did not believe them itself."""

SPEECH_S = 0.15
"""With less speech (by VAD) nobody said a word."""
SLACK = 4
"""Syllables more than the rate allows that are still believed: VAD misses soft edges."""
SLOWEST_HZ = 0.4
"""Fewer syllables in a second of what VAD took for speech: it was music or noise."""
SLOW_FROM_S = 3.0
"""From so much speech on; an utterance can begin with a long breath."""
BELIEVED = 0.25
"""Geometric mean of the word probabilities; under it a transcript is guesswork. Whisper's own
bound for a mean log probability is -1, i.e. 0.37, for tokens with those of punctuation."""
SHORT = frozenset(
    "you|thank you|thank you very much|thank you so much|thanks|bye|bye bye|okay|so|oh|yeah|the"
    "|i|hmm|mm|uh|um|嗯|谢谢|谢谢大家|谢谢你|谢谢您|拜拜|再见|好|对|是|我|的|啊".split("|")
)
"""What is said a lot, and is also what recognisers write for almost nothing: it needs speech that
is long enough for it, and a recogniser that is rather sure."""
SHORT_SPEECH_S = 0.25
SHORT_BELIEVED = 0.5


def guarded(final: WordsFinal, speech_s: float) -> WordsFinal | WordsMissing:
    """Keep of an utterance what somebody said, in Simplified characters where it is Chinese.

    Parameters
    ----------
    final
        As transcribed.
    speech_s
        Seconds of the utterance that VAD holds for speech.

    Returns
    -------
    WordsFinal or WordsMissing
        The words that are believed, with their times; or why there are none (``Reason``).
    """
    if speech_s < SPEECH_S or not final.words:
        return _missing(final, "silence")
    final = simplified(final)
    kept = _without(final, hallucinations.found(Line.of(final.words).text))
    line = Line.of(kept.words)
    kept = _without(kept, loops(line, hallucinations.tokens(line.text)))
    cut = hallucinations.tokens(Line.of(kept.words).text)
    if not cut:
        return _missing(final, "hallucination")
    if not _possible(kept.words, cut, speech_s):
        return _missing(final, "implausible")
    if not _believed(kept.words, cut, speech_s):
        return _missing(final, "doubtful")
    return kept


def _possible(words: Sequence[Word], cut: Sequence[Token], speech_s: float) -> bool:
    said = sum(syllables(token.text) for token in cut)
    if said > RATE_HZ * speech_s + SLACK:
        return False
    if speech_s >= SLOW_FROM_S and said < SLOWEST_HZ * speech_s:
        return False
    lasted_s = words[-1].end_s - words[0].start_s
    return said <= RATE_HZ * lasted_s + SLACK


def _believed(words: Sequence[Word], cut: Sequence[Token], speech_s: float) -> bool:
    mean = 1.0
    for word in words:
        mean *= max(word.probability, 1e-6) ** (1 / len(words))
    texts = [token.text for token in cut]
    if " ".join(texts) in SHORT or "".join(texts) in SHORT:
        return mean >= SHORT_BELIEVED and speech_s >= SHORT_SPEECH_S
    return mean >= BELIEVED


def _without(final: WordsFinal, spans: Sequence[Span]) -> WordsFinal:
    if not spans:
        return final
    before = gaps(final.text, final.words)
    left = Line.of(final.words).replaced(spans)
    text = "".join(before[place] + word.text for place, word in left).strip()
    return replace(final, words=tuple(word for _, word in left), text=text)


def _missing(final: WordsFinal, reason: Reason) -> WordsMissing:
    return WordsMissing(
        at_s=final.at_s,
        known_at_s=final.known_at_s,
        track=final.track,
        role=final.role,
        utterance_id=final.utterance_id,
        reason=reason,
    )
