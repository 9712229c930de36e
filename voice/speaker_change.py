"""Somebody else speaks on this track now: a change of register that one voice does not make.

No voiceprint, and nothing is kept but the median F0 and tilt of earlier windows. A voice that grows
tense rises and gets sharper, one that calms down falls back; so a change counts only

- after a gap of `GAP_S` without speech on the track (a hold, a transfer, the handset passed on),
- if it lasts for `LASTS_S` of speech,
- and if it goes where tension does not: F0 well below everything heard before without the voice
  getting darker, or far up with the voice getting darker instead of sharper.

People of like register are not told apart: that would take a voiceprint. It is better to miss a
change, which the baseline gets over, than to forget a caller who was calmed.
"""

from __future__ import annotations

from collections import deque
from statistics import median

GAP_S = 5.0
"""Without speech; a window (5 s) after it holds nothing of what came before."""
LASTS_S = 6.0
"""From the first to the last window of the new voice."""
KNOWN = 10
"""Windows of the old voice that must have been heard."""
DOWN_ST = 6.0
"""Below the old median, and at least `UNDER_ST` below the old voice's lowest tenth."""
UNDER_ST = 3.0
UP_ST = 7.0
"""Above the old median."""
TILT_DB = 1.5
"""The tilt rises at least so much with F0; as F0 falls it must not rise at all."""
_HOP_S = 1.0
_REMEMBERED = 120


class SpeakerChange:
    """Watches one track for a change of speaker."""

    def __init__(self) -> None:
        self._old: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._new: list[tuple[float, float]] = []
        self._new_from_s: float | None = None
        self._gap_from_s = 0.0
        self._watching = False
        self._last_s = self._taken_s = float("-inf")

    def hear(self, at_s: float, start_s: float, f0_st: float | None, tilt_db: float | None) -> bool:
        """Take a window; tell whether somebody else was found to speak.

        Parameters
        ----------
        at_s, start_s
            End and start of the window. One comes each half second in which there is speech.
        f0_st, tilt_db
            Its medians; ``None`` where there was too little voice.
        """
        if at_s - self._last_s >= GAP_S and len(self._old) >= KNOWN:
            self._keep_new()
            self._gap_from_s, self._new_from_s = self._last_s, None
            self._watching = True
        self._last_s = at_s
        if f0_st is None or tilt_db is None or at_s - self._taken_s < _HOP_S - 1e-6:
            return False
        if not self._watching:
            self._taken_s = at_s
            self._old.append((f0_st, tilt_db))
            return False
        if start_s < self._gap_from_s:
            return False
        self._taken_s = at_s
        self._new.append((f0_st, tilt_db))
        if self._new_from_s is None:
            self._new_from_s = at_s
        if at_s - self._new_from_s < LASTS_S - 1e-6:
            return False
        changed = self._is_another()
        if changed:
            self._old.clear()
        self._keep_new()
        return changed

    def _keep_new(self) -> None:
        self._old.extend(self._new)
        self._new.clear()
        self._watching = False

    def _is_another(self) -> bool:
        old_st = sorted(f0 for f0, _ in self._old)
        old_tilt_db = median(tilt for _, tilt in self._old)
        usual_st, lowest_st = median(old_st), old_st[len(old_st) // 10]
        darker_db = median(tilt for _, tilt in self._new) - old_tilt_db
        lower = all(f0 <= min(usual_st - DOWN_ST, lowest_st - UNDER_ST) for f0, _ in self._new)
        higher = all(f0 >= usual_st + UP_ST for f0, _ in self._new)
        return (lower and darker_db <= 0) or (higher and darker_db >= TILT_DB)
