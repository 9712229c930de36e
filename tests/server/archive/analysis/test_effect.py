"""The effect of cards: only by a holdout, and never from a handful of calls."""

from __future__ import annotations

import numpy as np

from server.archive.analysis.effect import FEWEST, Arm, Effect, FirstCard, effects


def drawn(n: int, shown: float, withheld: float, card: str = "a", seed: int = 5) -> list[FirstCard]:
    rng = np.random.default_rng(seed)
    calls = []
    for _ in range(n):
        arm: Arm = "withheld" if rng.random() < 0.3 else "shown"
        better = bool(rng.random() < (shown if arm == "shown" else withheld))
        calls.append(FirstCard(card_id=card, arm=arm, ends={"solved": better}))
    return calls


def of(calls: list[FirstCard], card: str | None = None) -> Effect:
    found = effects(calls, ["solved"])
    assert found is not None
    (one,) = [effect for effect in found if effect.card_id == card]
    return one


def test_without_a_holdout_it_is_not_measurable() -> None:
    only_shown = [call for call in drawn(500, 0.9, 0.1) if call.arm == "shown"]
    assert effects(only_shown, ["solved"]) is None
    assert effects([], ["solved"]) is None


def test_a_planted_effect_is_found_and_lies_in_its_range() -> None:
    found = of(drawn(2000, 0.6, 0.4))
    assert found.verdict == "clear"
    assert found.difference is not None
    assert found.difference.low < 0.2 < found.difference.high


def test_no_effect_is_not_clear_in_hardly_any_archive() -> None:
    verdicts = [of(drawn(400, 0.5, 0.5, seed=seed)).verdict for seed in range(100)]
    assert verdicts.count("clear") <= 9  # 5 expected for one card and all cards together


def test_few_calls_say_nothing_however_they_ended() -> None:
    calls = [FirstCard(card_id="a", arm="withheld", ends={"solved": False})] * (FEWEST - 1)
    calls += [FirstCard(card_id="a", arm="shown", ends={"solved": True})] * 1000
    found = of(calls)
    assert (found.verdict, found.difference) == ("too_few", None)
    assert (found.withheld, found.shown_hits) == (FEWEST - 1, 1000)


def test_what_is_not_known_of_a_call_does_not_count() -> None:
    unknown = [FirstCard(card_id="a", arm="shown", ends={"solved": None})] * 50
    assert of([*unknown, *drawn(300, 0.5, 0.5)]).shown == of(drawn(300, 0.5, 0.5)).shown


def test_each_card_has_its_own_line_and_a_wider_range() -> None:
    one = drawn(600, 0.6, 0.4)
    alone = of(one, "a").difference
    beside = of([*one, *drawn(600, 0.5, 0.5, "b", seed=6)], "a").difference
    assert alone is not None
    assert beside is not None
    assert beside.value == alone.value
    assert beside.high - beside.low > alone.high - alone.low
