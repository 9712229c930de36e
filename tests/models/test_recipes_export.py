import numpy as np
import pytest

from models.recipes.export import fold_features, full_embedding, unused_row


def convolve(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Convolve ``x [in, n]`` with ``weight [out, in, taps]`` where nothing is padded."""
    taps = weight.shape[2]
    steps = range(x.shape[1] - taps + 1)
    return np.stack([np.einsum("oit,it->o", weight, x[:, s : s + taps]) + bias for s in steps], 1)


def test_folded_features_give_the_same_convolution() -> None:
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((4, 3, 3)).astype(np.float32)
    bias = rng.standard_normal(4).astype(np.float32)
    x = rng.standard_normal((3, 12)).astype(np.float32)
    folded = fold_features(weight, bias, 0.27, 4.0)
    np.testing.assert_allclose(
        convolve(x, *folded), convolve((x + 0.27) * 4.0, weight, bias), rtol=1e-4, atol=1e-4
    )


def test_an_unused_row_has_a_constant_logit_whatever_the_state() -> None:
    rng = np.random.default_rng(1)
    gamma = rng.uniform(0.5, 2, 32).astype(np.float32)
    beta = rng.uniform(0.1, 0.5, 32).astype(np.float32)
    row = unused_row(gamma, beta, -25.0)
    for _ in range(5):
        state = rng.standard_normal(32)
        normalised = (state - state.mean()) / state.std()
        assert float(row @ (gamma * normalised + beta)) == pytest.approx(-25.0, abs=1e-3)


def test_used_rows_lie_at_their_tokens() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    table = full_embedding(rows, [4, 0, 2], np.array([9, 9], np.float32), 6)
    np.testing.assert_array_equal(table[[4, 0, 2]], rows)
    np.testing.assert_array_equal(table[[1, 3, 5]], 9)
