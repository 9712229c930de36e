from __future__ import annotations

from dataclasses import replace

import pytest

from models import windows
from models.windows import Heard

RIGHT = Heard(window_s=5, text="thank you", compression_ratio=1.0, log_probability=-0.3)
LOOP = replace(RIGHT, compression_ratio=3.0)
DOUBTFUL = replace(RIGHT, log_probability=-1.2)
NOTHING = Heard(window_s=5)
SILENT = replace(DOUBTFUL, no_speech=0.7)


@pytest.mark.parametrize(
    ("duration_s", "longest_s", "window_s"),
    [(0.1, 30, 5), (4.0, 30, 5), (4.01, 30, 10), (9.0, 30, 10), (9.4, 30, 15), (29.5, 30, 30)],
)
def test_a_window_leaves_a_second_and_comes_in_steps_of_five(
    duration_s: float, longest_s: float, window_s: float
) -> None:
    assert windows.window_s(duration_s, longest_s) == window_s


def test_a_window_is_never_longer_than_the_model_takes() -> None:
    assert windows.window_s(9.4, 10) == 10


@pytest.mark.parametrize(
    ("heard", "wrong"),
    [
        (RIGHT, False),
        (LOOP, True),
        (DOUBTFUL, True),
        (NOTHING, True),
        (SILENT, True),
        (replace(RIGHT, no_speech=0.9), False),  # sure of its words: somebody spoke
    ],
)
def test_what_must_be_heard_again(heard: Heard, wrong: bool) -> None:
    assert heard.wrong is wrong


@pytest.mark.parametrize("first", [LOOP, DOUBTFUL, NOTHING, SILENT])
def test_a_second_hearing_that_sounds_right_is_believed(first: Heard) -> None:
    second = replace(RIGHT, window_s=30)
    assert windows.better(first, second) is second


def test_of_two_doubtful_hearings_the_likelier_is_believed() -> None:
    worse = replace(DOUBTFUL, window_s=30, log_probability=-1.5)
    assert windows.better(DOUBTFUL, worse) is DOUBTFUL
    assert windows.better(worse, DOUBTFUL) is DOUBTFUL
    assert windows.better(LOOP, worse) is worse


@pytest.mark.parametrize(("first", "second"), [(LOOP, LOOP), (NOTHING, SILENT), (DOUBTFUL, SILENT)])
def test_loops_and_silence_are_no_words(first: Heard, second: Heard) -> None:
    assert windows.better(first, second) is None


def test_tokens_are_bounded_by_the_sound_and_by_the_model() -> None:
    assert windows.most_tokens(2.0, 448) == 2 * 45  # half of it can come
    assert windows.most_tokens(30.0, 448) + 5 < 448
    # half of the positions, less one, may be hotwords; 5 more are marks
    assert windows.most_tokens(30.0, 448, hotwords=True) + (448 // 2 - 1) + 5 < 448
    assert windows.most_tokens(9.0, 48, hotwords=True) + (48 // 2 - 1) + 5 < 48
