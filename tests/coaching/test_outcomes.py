"""What became of each card."""

from __future__ import annotations

from coaching.advice import Advice, CueLeft, CueShown, CueWithheld, StageChanged, StateChanged
from coaching.outcomes import AFTER_S, CardOutcome, outcomes


def shown(at_s: float, cue_id: str = "c1") -> CueShown:
    return CueShown(
        at_s=at_s, known_at_s=at_s, cue_id=cue_id, card_id="price", kind="objection",
        priority="normal", why="w", say="s", next="n", avoid="a", reasons=(),
    )  # fmt: skip


def stage(at_s: float, name: str) -> StageChanged:
    assert name in ("calm", "dissatisfied", "angry", "confrontational")
    return StageChanged(at_s=at_s, known_at_s=at_s, stage=name, since_s=at_s, reasons=())  # type: ignore[arg-type]


def state(at_s: float, name: str) -> StateChanged:
    assert name in ("calm", "tense")
    return StateChanged(at_s=at_s, known_at_s=at_s, state=name, since_s=at_s)  # type: ignore[arg-type]


def one(*advice: Advice, end_s: float = 300) -> CardOutcome:
    (found,) = outcomes(sorted(advice, key=lambda event: event.known_at_s), end_s)
    return found


def test_a_card_that_was_said_and_the_caller_came_down() -> None:
    left = CueLeft(at_s=70, known_at_s=70, cue_id="c1", card_id="price", reason="said", shown_s=60)
    found = one(stage(50, "angry"), shown(60), left, stage(100, "dissatisfied"))
    assert (found.said, found.left, found.change, found.shown) == (True, "said", "better", True)


def test_tension_counts_where_the_stage_stays() -> None:
    assert one(state(50, "tense"), shown(60), state(90, "calm")).change == "better"
    assert one(shown(60), state(90, "tense")).change == "worse"
    assert one(shown(60)).change == "same"
    assert one(state(50, "tense"), stage(50, "angry"), shown(60), state(90, "calm"),
               stage(100, "confrontational")).change == "worse"  # fmt: skip


def test_what_comes_later_is_not_the_cards() -> None:
    assert one(shown(60), stage(60 + AFTER_S + 1, "angry")).change == "same"


def test_a_call_that_ended_before_tells_nothing() -> None:
    assert one(shown(60), end_s=60 + AFTER_S - 1).change is None


def test_a_withheld_card_is_followed_too() -> None:
    held = CueWithheld(at_s=60, known_at_s=60, cue_id="c1", card_id="price", reason="holdout")
    found = one(held, stage(80, "angry"))
    assert (found.shown, found.said, found.left, found.change) == (False, False, None, "worse")
