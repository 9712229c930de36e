"""Whether what is said may be heard now: consent, pause, and the caller's no."""

from __future__ import annotations

from .opening import Consent


class Gate:
    """Open only while nothing speaks against analysis.

    Parameters
    ----------
    required
        Whether the caller has to be told first.
    consent
        What the source said when the call began.
    """

    def __init__(self, *, required: bool, consent: Consent | None) -> None:
        self._waits = required and not (consent is not None and consent.announced)
        self._paused = self._refused = False

    @property
    def open(self) -> bool:
        """Whether sound may be analysed and kept."""
        return not (self._waits or self._paused or self._refused)

    @property
    def waits(self) -> bool:
        """Whether the caller has not been told yet."""
        return self._waits

    @property
    def refused(self) -> bool:
        """Whether the caller said no; that is for good."""
        return self._refused

    def announced(self) -> None:
        """The caller has been told."""
        self._waits = False

    def pause(self, on: bool) -> None:
        """The agent, or the source, pauses analysis or lets it go on."""
        self._paused = on

    def refuse(self) -> None:
        """The caller does not want it."""
        self._refused = True
