"""Cue delivery: which card is on the agent's screen, since when, and until when.

Everything is in media time, so that a replay shows exactly what the agent saw::

    cause ----dwell----> raised ----held----> shown ----6 s at least, 25 s at most----> left
      |                                         |
      +------ 12 s: expired if not shown        +-- 45 s, 3 in 5 min --> next card

All numbers are settings (``cue_``). A P0 card is exempt from all of them but its own
``cue_p0_show_s``: it is shown in the tick of its cause and replaces what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .advice import Advice, HeldReason, LeftReason, Reason
from .cards import Card
from .choice import Choice, of_tension
from .cues import Cue, in_holdout
from .evidence import PLAIN
from .phrases import said_share
from .playbook import Playbook
from .signals import NEVER, Signals
from .thresholds import Thresholds

MOST_REASONS = 3
"""What adds to the index beyond these is in the log, not on a card."""
_EPS_S = 1e-6


class Delivery:
    """Raises, holds, shows and takes away the cues of one call.

    Parameters
    ----------
    playbook, thresholds
        Cards, and the settings that begin with ``cue_``.
    call_id
        Seeds the holdout.
    shadow
        Compute cues and show none.
    holdout
        Share of cues withheld, 0 to 1; P0 cards never are.
    """

    def __init__(
        self,
        playbook: Playbook,
        thresholds: Thresholds,
        *,
        call_id: str,
        shadow: bool = False,
        holdout: float = 0.0,
    ) -> None:
        self._book = playbook
        self._rank = {card.id: rank for rank, card in enumerate(playbook.cards)}
        self._t = thresholds
        self._call_id = call_id
        self._shadow = shadow
        self._holdout = holdout
        self._quiet = False
        self._raised = 0
        self.choice = Choice(playbook, thresholds)
        self._pending: list[Cue] = []
        self._shown: Cue | None = None
        self._last_s = float("-inf")
        self._normal_s: list[float] = []  # when normal cards were shown
        self.due_s = 0.0
        """When :meth:`step` may have something to say without a new fact."""

    def step(self, now_s: float, signals: Signals) -> list[Advice]:
        """Decide what happens in this tick."""
        self.due_s = NEVER
        told: list[Advice] = []
        for card, cause_s in self.choice.step(now_s, signals):
            self._raise(card, cause_s, now_s, signals, told)
        self._due(self.choice.due_s)
        for cue in [*self._pending, self._shown] if self._shown else self._pending:
            cue.gone = self.choice.since_s(cue.card) is None
            since_s = cue.cause_s if cue.shown_s is None else cue.shown_s
            cue.said = cue.said or self.choice.done(cue.card, signals, since_s)
        self._take_away(now_s, signals, told)
        for cue in sorted(self._pending, key=self._order):
            self._advance(cue, now_s, signals, told)
        return told

    def heard(self, words: Sequence[tuple[float, Sequence[str]]]) -> None:
        """Take final words of the agent, each with its start, and see if the card was said."""
        cue = self._shown
        if cue is None or cue.shown_s is None:
            return
        since_s = cue.shown_s
        cue.heard += [token for start_s, cut in words if start_s >= since_s for token in cut]
        cue.said = said_share(cue.card.say, cue.heard) >= self._t.cue_said_share

    def pressed(
        self, now_s: float, key: Literal["not_now", "wrong"], cue_id: str | None
    ) -> list[Advice]:
        """Take the shown card away because the agent wants so; a wrong one does not come back."""
        cue = self._shown
        if cue is None or cue.withheld is not None or cue_id not in (None, cue.cue_id):
            return []
        if key == "wrong":
            self.choice.wrong(cue.card)
        return [self._leave(cue, now_s, key)]

    def quiet(self, now_s: float, on: bool) -> list[Advice]:
        """Heed that the console shows urgent cards only, or all again."""
        self._quiet = on
        cue = self._shown
        if not on or cue is None or cue.urgent or cue.withheld is not None:
            return []
        return [self._leave(cue, now_s, "quiet")]

    def clear(self, now_s: float, reason: LeftReason) -> list[Advice]:
        """Take everything away."""
        self.choice.clear()
        cues = ([self._shown] if self._shown else []) + self._pending
        return [self._leave(cue, now_s, reason) for cue in cues]

    def _order(self, cue: Cue) -> tuple[bool, int]:
        return (not cue.urgent, self._rank[cue.card.id])

    def _due(self, at_s: float) -> None:
        self.due_s = min(self.due_s, at_s)

    def _raise(
        self,
        card: Card,
        cause_s: float,
        now_s: float,
        signals: Signals,
        told: list[Advice],
    ) -> None:
        urgent = card.priority == "P0"
        reasons = self._reasons(card, signals)
        self._raised += 1
        cue = Cue(
            cue_id=f"cue-{self._raised}",
            card=card,
            why=self._book.why(card, signals.top_driver),
            cause_s=cause_s,
            reasons=reasons,
        )
        if self._shadow:
            cue.withheld = "shadow"
        elif not urgent and in_holdout(self._call_id, cue.cue_id, self._holdout):
            cue.withheld = "holdout"
        self._pending.append(cue)
        told.append(cue.raised(now_s))

    def _reasons(self, card: Card, signals: Signals) -> tuple[Reason, ...]:
        if not of_tension(card, signals):
            return ()
        plain: dict[str, str] = {**PLAIN[self._book.language], **self._book.drivers}
        return tuple(
            Reason(text=plain[driver.name], driver=driver)
            for driver in signals.drivers[:MOST_REASONS]
            if driver.contribution > 0
        )

    def _take_away(self, now_s: float, signals: Signals, told: list[Advice]) -> None:
        cue = self._shown
        if cue is None or cue.shown_s is None:
            return
        t = self._t
        until_s = cue.shown_s + (t.cue_p0_show_s if cue.urgent else t.cue_max_show_s)
        stays_s = cue.shown_s + t.cue_min_show_s
        reason: LeftReason | None = None
        if not cue.urgent and (signals.paused or signals.on_hold):
            reason = "pause" if signals.paused else "hold"
        elif now_s >= until_s - _EPS_S:
            reason = "timeout"
        elif cue.said or (cue.gone and not cue.urgent):
            if now_s >= stays_s - _EPS_S:
                reason = "said" if cue.said else "cause_gone"
            else:
                self._due(stays_s)
        if reason is None:
            self._due(until_s)
        else:
            told.append(self._leave(cue, now_s, reason))

    def _advance(self, cue: Cue, now_s: float, signals: Signals, told: list[Advice]) -> None:
        """Show a raised cue, or say why not."""
        expires_s = cue.cause_s + self._t.cue_expires_s
        if not cue.urgent and (cue.gone or cue.said or now_s >= expires_s - _EPS_S):
            why: LeftReason = "cause_gone" if cue.gone else "expired"
            told.append(self._leave(cue, now_s, "said" if cue.said else why))
            return
        reason, until_s = self._gate(cue, now_s, signals)
        if reason is None:
            if self._shown is not None:
                told.append(self._leave(self._shown, now_s, "replaced"))
            self._pending.remove(cue)
            if self._quiet and not cue.urgent:
                cue.withheld = cue.withheld or "quiet"
            told.append(cue.show(now_s))
            self._shown = cue
            self._last_s = now_s
            self.choice.shown(cue.card, now_s)
            if not cue.urgent:
                self._normal_s.append(now_s)
            self._due(now_s + self._t.cue_min_show_s)
            return
        if reason != cue.held:
            cue.held = reason
            told.append(cue.hold(now_s, reason))
        self._due(until_s)
        if not cue.urgent:
            self._due(expires_s)

    def _gate(self, cue: Cue, now_s: float, signals: Signals) -> tuple[HeldReason | None, float]:
        """Tell what keeps a cue from the screen, and until when at most."""
        t, shown = self._t, self._shown
        if cue.urgent:
            # Two urgent cards in a row: the first can at least be read.
            if shown is not None and shown.urgent and shown.shown_s is not None:
                until_s = shown.shown_s + t.cue_min_show_s
                if now_s < until_s - _EPS_S:
                    return "p0_shown", until_s
            return None, NEVER
        if signals.paused or signals.on_hold:
            return ("pause" if signals.paused else "hold"), NEVER
        waits: list[tuple[HeldReason, float]] = [
            ("too_early", t.cue_first_s),
            ("gap", self._last_s + t.cue_gap_s),
        ]
        if len(self._normal_s) >= t.cue_max:
            waits.append(("limit", self._normal_s[-t.cue_max] + t.cue_max_window_s))
        if self._normal_s and not signals.withdrawal:
            calm_s = signals.calm_for_s(now_s)
            if calm_s >= t.cue_calm_window_s - _EPS_S:
                waits.append(("calm_call", self._normal_s[-1] + t.cue_calm_window_s))
        for reason, until_s in waits:
            if now_s < until_s - _EPS_S:
                return reason, until_s
        if shown is not None:
            return "p0_shown" if shown.urgent else "gap", NEVER
        if signals.agent_speaking:
            if cue.speech_s is None:
                cue.speech_s = now_s
            until_s = cue.speech_s + t.cue_hold_max_s
            if now_s < until_s - _EPS_S:
                return "agent_speaks", until_s
        return None, NEVER

    def _leave(self, cue: Cue, now_s: float, reason: LeftReason) -> Advice:
        if cue is self._shown:
            self._shown = None
        else:
            self._pending.remove(cue)
        return cue.left(now_s, reason)
