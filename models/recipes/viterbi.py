"""Forced alignment with CTC scores: where each token of an utterance lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FRAME_S = 0.02
MOST_PHONES_A_FRAME = 0.8  # denser than this, a path has no room for its blanks
AFTER_LAST_S = 0.1  # where the last mark lies after the last word
Floats = npt.NDArray[np.float32]


def viterbi(log_probability: Floats, phones: list[int]) -> npt.NDArray[np.intp]:
    """Return the best CTC path (Viterbi).

    Parameters
    ----------
    log_probability
        ``float32 [frames, phones]``; phoneme 0 is the blank.
    phones
        The phonemes said, in order.

    Returns
    -------
    numpy.ndarray
        ``int [frames]``: state of each frame; ``2 i + 1`` is phoneme ``i``, even ones are blanks.
    """
    states = 2 * len(phones) + 1
    label = np.zeros(states, dtype=np.intp)
    label[1::2] = phones
    skip = np.zeros(states, dtype=bool)
    skip[3::2] = label[3::2] != label[1:-2:2]
    emit = log_probability[:, label]
    score = np.full(states, -1e9)
    score[:2] = emit[0, :2]
    back = np.zeros((len(emit), states), dtype=np.int8)
    options = np.full((3, states), -1e9)
    for t in range(1, len(emit)):
        options[0], options[1, 1:] = score, score[:-1]
        options[2, 2:] = np.where(skip[2:], score[:-2], -1e9)
        back[t] = options.argmax(0)
        score = options.max(0) + emit[t]
    state = states - 1 if score[-1] > score[-2] else states - 2
    path = np.zeros(len(emit), dtype=np.intp)
    for t in range(len(emit) - 1, -1, -1):
        path[t] = state
        state -= int(back[t, state])
    return path


def token_centres(
    units: list[tuple[list[int], list[int]]], log_probability: Floats
) -> list[float] | None:
    """Return the middle (s) of each token of an utterance, or None where it cannot be aligned.

    The tokens of a word share its time evenly. A mark lies in the middle of the pause, so that the
    words on both sides end and start where they do.
    """
    phones = [phone for _, spoken in units for phone in spoken]
    if not phones or len(phones) > MOST_PHONES_A_FRAME * len(log_probability):
        return None
    path = viterbi(log_probability, phones)
    order = np.arange(len(phones))
    first = np.searchsorted(path, 2 * order + 1) * FRAME_S
    last = np.searchsorted(path, 2 * order + 2) * FRAME_S
    counts = np.array([len(spoken) for _, spoken in units])
    done = np.cumsum([0, *counts])
    centres: list[float] = []
    for index, (rows, spoken) in enumerate(units):
        if spoken:
            start, end = first[done[index]], last[done[index + 1] - 1]
            centres += [start + (end - start) * (i + 0.5) / len(rows) for i in range(len(rows))]
        else:
            before = last[done[index] - 1] if done[index] else 0.0
            after = first[done[index]] if done[index] < len(phones) else before + 2 * AFTER_LAST_S
            centres += [(before + after) / 2] * len(rows)
    return [round(float(centre), 3) for centre in centres]
