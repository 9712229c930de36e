"""Stage 5: a checkpoint becomes a CTranslate2 model with Whisper's full vocabulary, int8.

What training had for its own convenience is folded into the weights: the shift and scale of the
features, the halved positions, and a constant logit for the tokens that training never used (so
that the standard tokenizer, ``<|en|>``, ``<|zh|>`` and language detection work as in any Whisper).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]

UNUSED_LOGIT = -25.0
WINDOW_S = 10
WHISPER_POSITIONS = 448  # faster-whisper asks for as many; those beyond training stay unused

# What must be heard before ``<|nospeech|>`` or a text can be said: no blank, no end at once.
PREPROCESSOR = {
    "chunk_length": WINDOW_S,
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": WINDOW_S * 16_000,
    "nb_max_frames": WINDOW_S * 100,
    "sampling_rate": 16_000,
    "padding_side": "right",
    "padding_value": 0.0,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "processor_class": "WhisperProcessor",
    "return_attention_mask": False,
}


def fold_features(
    weight: Floats, bias: Floats, shift: float, scale: float
) -> tuple[Floats, Floats]:
    """Return a convolution over ``x`` that equals the given one over ``(x + shift) * scale``.

    Parameters
    ----------
    weight, bias
        ``float32 [out, in, taps]`` and ``float32 [out]``.
    shift, scale
        What is done to the features before the given convolution.

    Notes
    -----
    The convolution pads with zeros, and a padded zero is neither shifted nor scaled: the two
    differ in the first and last frame.
    """
    folded = bias + scale * shift * weight.sum((1, 2))
    return (scale * weight).astype(np.float32), folded.astype(np.float32)


def unused_row(gamma: Floats, beta: Floats, logit: float = UNUSED_LOGIT) -> Floats:
    """Return the embedding whose logit is constant after a layer norm.

    A normalised vector sums to zero, so ``row = c / gamma`` gives ``row . (gamma x + beta) =
    c sum(beta / gamma)`` whatever ``x`` is.

    Parameters
    ----------
    gamma, beta
        ``float32 [width]``: the parameters of the norm.
    logit
        The wanted constant.
    """
    ratio = float((beta / gamma).sum())
    return (logit / ratio / gamma).astype(np.float32)


def full_embedding(rows: Floats, tokens: list[int], unused: Floats, size: int) -> Floats:
    """Spread the training rows ``[rows, width]`` over ``[size, width]``; others are ``unused``."""
    table = np.tile(unused, (size, 1))
    table[tokens] = rows
    return table


def export(checkpoint: Path, tokenizer_json: Path, target: Path) -> dict[str, int]:
    """Write the model's folder; return the size of each file in bytes.

    Parameters
    ----------
    checkpoint
        What :class:`~models.recipes.train.Trainer` saved.
    tokenizer_json
        The standard multilingual tokenizer.
    target
        The folder, replaced if it is there.
    """
    import torch
    from tokenizers import Tokenizer

    saved = torch.load(checkpoint, map_location="cpu")
    weights = {name: w.float().numpy().astype(np.float32) for name, w in saved["model"].items()}
    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    spec = _spec(weights, saved["size"], saved["tokens"], tokenizer)
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    spec.save(str(target))
    tokenizer.save(str(target / "tokenizer.json"))
    (target / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR), encoding="utf-8")
    return {path.name: path.stat().st_size for path in sorted(target.iterdir())}


def _spec(weights: Weights, size: dict[str, int], tokens: list[int], tokenizer: Any) -> Any:
    from ctranslate2.specs import whisper_spec

    from .network import MEL_SCALE, MEL_SHIFT, POSITION_SCALE

    heads, layers = size["heads"], size["decoder_layers"]
    spec = whisper_spec.WhisperSpec(size["encoder_layers"], heads, layers, heads)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = fold_features(
        weights["c1.weight"], weights["c1.bias"], MEL_SHIFT, MEL_SCALE
    )
    encoder.conv2.weight, encoder.conv2.bias = weights["c2.weight"], weights["c2.bias"]
    encoder.position_encodings.encodings = weights["epos"] * np.float32(POSITION_SCALE)
    _norm(encoder.layer_norm, weights, "eln")
    _norm(decoder.layer_norm, weights, "dln")
    positions = np.zeros((WHISPER_POSITIONS, size["width"]), np.float32)
    positions[: len(weights["dpos"])] = weights["dpos"]
    decoder.position_encodings.encodings = positions
    for index, layer in enumerate(encoder.layer):
        _self_attention(layer.self_attention, weights, f"enc.{index}.")
        _feed_forward(layer.ffn, weights, f"enc.{index}.")
    for index, layer in enumerate(decoder.layer):
        name = f"dec.{index}."
        _self_attention(layer.self_attention, weights, name)
        _norm(layer.attention.layer_norm, weights, name + "ln2")
        _linear(layer.attention.linear[0], weights, name + "ca.q")
        _linear(layer.attention.linear[1], weights, name + "ca.k", name + "ca.v")
        _linear(layer.attention.linear[2], weights, name + "ca.o")
        _feed_forward(layer.ffn, weights, name)
    names = tokenizer.get_vocab()
    unused = unused_row(weights["dln.weight"], weights["dln.bias"])
    table = full_embedding(weights["emb.weight"], tokens, unused, len(names))
    decoder.embeddings.weight = table
    decoder.projection.weight = decoder.embeddings.weight
    spec.register_vocabulary(sorted(names, key=names.__getitem__))
    first, last = names["<|en|>"], names["<|translate|>"]
    spec.config.lang_ids = list(range(first, last))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [names["Ġ"], names["<|endoftext|>"]]
    spec.config.alignment_heads = [[i, head] for i in range(1, layers) for head in range(heads)]
    return spec


def _norm(target: Any, weights: Weights, name: str) -> None:
    target.gamma, target.beta = weights[name + ".weight"], weights[name + ".bias"]


def _linear(target: Any, weights: Weights, *names: str) -> None:
    parts = [weights[name + ".weight"] for name in names]
    biases = (
        weights.get(name + ".bias", np.zeros(len(part), np.float32))
        for name, part in zip(names, parts, strict=True)
    )
    target.weight, target.bias = np.concatenate(parts), np.concatenate(list(biases))


def _self_attention(target: Any, weights: Weights, name: str) -> None:
    _norm(target.layer_norm, weights, name + "ln1")
    _linear(target.linear[0], weights, name + "sa.q", name + "sa.k", name + "sa.v")
    _linear(target.linear[1], weights, name + "sa.o")


def _feed_forward(target: Any, weights: Weights, name: str) -> None:
    _norm(target.layer_norm, weights, name + "ln3")
    _linear(target.linear_0, weights, name + "f1")
    _linear(target.linear_1, weights, name + "f2")
