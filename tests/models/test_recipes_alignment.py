import numpy as np

from models.recipes.viterbi import FRAME_S, token_centres, viterbi

A, B = 1, 2


def scores(said: list[int]) -> np.ndarray:
    """Log probabilities that are sure of one label a frame (0 is the blank)."""
    table = np.full((len(said), 3), np.log(0.05), np.float32)
    table[np.arange(len(said)), said] = np.log(0.9)
    return table


def test_the_path_follows_sure_frames() -> None:
    path = viterbi(scores([0, A, A, 0, B, 0]), [A, B])
    assert path.tolist() == [0, 1, 1, 2, 3, 4]


def test_a_repeated_phoneme_needs_a_blank_between() -> None:
    path = viterbi(scores([A, A, A, A]), [A, A])
    assert 2 in path.tolist()
    assert path[0] == 1
    assert path[-1] == 3


def test_tokens_lie_in_the_middle_of_their_words() -> None:
    said = [0] * 5 + [A] * 10 + [0] * 5 + [B] * 10 + [0] * 5
    units = [([7], [A]), ([8, 9], [B]), ([3], [])]  # a word, a word of two tokens, a mark
    first, second, third, mark = token_centres(units, scores(said)) or []
    assert abs(first - 10 * FRAME_S) <= 3 * FRAME_S
    assert 19 * FRAME_S < second < third < 31 * FRAME_S
    assert mark >= third


def test_too_many_phonemes_for_the_time_are_not_aligned() -> None:
    assert token_centres([([1], [A, B, A, B])], scores([A, B, A])) is None
    assert token_centres([([1], [])], scores([0, 0])) is None
