"""Which language each channel of a call is in, where nobody said it.

Until a channel's language is known each of its utterances is taken for what it sounds like by
itself; then all are taken for what most of the first 3 s were.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from voice.events import Language, WordsFinal

SPEECH_S = 3.0
"""Utterances to judge by; Whisper tells two languages apart on less, but not on a greeting."""


class Languages:
    """The languages of one call, channel by channel.

    What is decided follows from the log alone: from words as they are told, which is in order
    whenever they came. So a recording is heard as the call was.

    Parameters
    ----------
    said
        Of the whole call, where somebody said it; ``None`` to have it heard.
    """

    def __init__(self, said: Language | None) -> None:
        self._said = said
        self._fixed: dict[int | None, Language] = {}
        self._heard_s: dict[int | None, defaultdict[str, float]] = {}

    def of(self, track: int | None) -> Language | None:
        """What the next utterance of a track is in; ``None`` to have it detected in itself."""
        return self._said or self._fixed.get(track)

    def hear(self, final: WordsFinal) -> None:
        """Take the next words of the log."""
        if not final.words or final.track in self._fixed:
            return
        heard_s = self._heard_s.setdefault(final.track, defaultdict(float))
        heard_s[final.language] += final.at_s - final.start_s
        if sum(heard_s.values()) >= SPEECH_S:
            most = max(heard_s, key=lambda name: heard_s[name])
            self._fixed[final.track] = cast("Language", most)
