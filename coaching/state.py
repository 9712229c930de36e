"""Calm or tense: two thresholds and two dwells, so that a state does not flicker."""

from __future__ import annotations

from .advice import State
from .thresholds import Thresholds


class TensionState:
    """The state of one caller.

    Parameters
    ----------
    thresholds
        The settings that begin with ``state_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self.reset()

    def reset(self, now_s: float = 0.0) -> None:
        """Start calm again."""
        self.state: State = "calm"
        self.since_s = now_s
        self._crossed_s: float | None = None
        self._beyond_s = 0.0

    def update(self, *, at_s: float, speech_s: float, index: float) -> bool:
        """Take a reading of the index.

        Parameters
        ----------
        at_s
            Media time of the reading.
        speech_s
            Seconds of speech since the last reading: the dwell counts speech, not silence.
        index
            0 to 100.

        Returns
        -------
        bool
            Whether the state changed; ``since_s`` then says when the index crossed over.
        """
        if self.state == "calm":
            crossed, dwell_s = index >= self._t.state_on, self._t.state_on_dwell_s
        else:
            crossed, dwell_s = index < self._t.state_off, self._t.state_off_dwell_s
        if not crossed:
            self._crossed_s = None
            return False
        if self._crossed_s is None:
            self._crossed_s = at_s
            self._beyond_s = 0.0
        else:
            self._beyond_s += speech_s
        if self._beyond_s < dwell_s - 1e-6:
            return False
        self.state = "tense" if self.state == "calm" else "calm"
        self.since_s = self._crossed_s
        self._crossed_s = None
        return True
