import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice.losses import Loss, Losses


def mask(*runs: tuple[float, bool]) -> np.ndarray:
    return np.concatenate([np.full(round(s * 8000), lost) for s, lost in runs])


def test_a_long_loss_is_told_when_it_is_long_and_when_it_is_over() -> None:
    losses = Losses()
    assert losses.feed(mask((0.1, False), (0.1, True))) == [
        Loss(start_s=0.1, end_s=0.2, over=False)
    ]
    assert losses.feed(mask((1.0, True))) == []
    assert losses.feed(mask((0.1, True), (0.1, False))) == [Loss(start_s=0.1, end_s=1.3, over=True)]
    assert losses.finish() == []


def test_a_lost_packet_is_not_worth_a_word() -> None:
    assert Losses().feed(mask((0.1, False), (0.04, True), (0.1, False))) == []


def test_the_end_of_the_call_ends_a_loss() -> None:
    losses = Losses()
    losses.feed(mask((0.5, True)))
    assert losses.finish() == [Loss(start_s=0.0, end_s=0.5, over=True)]
    assert losses.finish() == []


@given(
    st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=8),
    st.lists(st.integers(1, 700), min_size=1, max_size=6),
)
def test_every_loss_that_is_over_began_and_chunking_does_not_matter(
    runs: list[tuple[int, bool]], sizes: list[int]
) -> None:
    lost = np.concatenate([np.full(n, flag) for n, flag in runs])

    def told(parts: list[np.ndarray]) -> list[Loss]:
        losses = Losses()
        return [loss for part in parts for loss in losses.feed(part)] + losses.finish()

    chunked = told(np.split(lost, np.cumsum(sizes)))
    assert [x for x in chunked if x.over] == [x for x in told([lost]) if x.over]
    began = 0
    for loss in chunked:
        began += -1 if loss.over else 1
        assert began in (0, 1)
    assert began == 0
