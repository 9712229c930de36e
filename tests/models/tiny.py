"""A Whisper model of a few weights that says what it is told to, when it is told to.

CTranslate2's own specs are filled by hand, so no training and no torch is needed, and everything
after that is real: the file format, faster-whisper, beam search, cross-attention, word times.

Every position of the encoder knows its half second (slot), every position of the decoder its word:
each is a one-hot vector, and the word at place ``i`` looks at slot ``i``. So the truth about the
words and their times is known, whatever the sound is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SLOT_S = 0.5
"""Each word lasts that long, the first from 0."""
PROMPT = 4
"""Tokens before the first word: start, language, task, no times."""

WIDTH = 64
_START = 62
"""Dimension of the first position, where language and silence are told."""
_TEXT = 50257
_LANGUAGES = 99
_SURE = 3.0
_TASKS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")


def build(
    folder: Path,
    words: list[str],
    *,
    sureness: float = _SURE,
    window_s: float = 30.0,
    positions: int = 448,
    sharpness: float = 1.0,
    silent_slots: int = 0,
    english_only: bool = False,
) -> Path:
    """Write the folder of a model that says these words.

    Parameters
    ----------
    words
        With the space before them that they have in a text; at most 60.
    sureness
        Under 1.4 the mean log probability falls below -1.
    window_s, positions
        Of the encoder and the decoder.
    sharpness
        Of the attention; 100 leaves nothing, not even rounding noise, to other slots.
    silent_slots
        Half seconds before the first word.
    english_only
        Its vocabulary lacks the empty token, so that all marks lie one place earlier.
    """
    from ctranslate2.specs import whisper_spec

    spec = whisper_spec.WhisperSpec(1, 1, 1, 1)
    vocabulary = [*_tokenizer_parts()[0]]
    for place, word in enumerate(dict.fromkeys(words)):
        vocabulary[256 + place] = _spelled(word)
    tokens = {token: index for index, token in enumerate(vocabulary)}

    slots = round(window_s / 0.02)
    encoder = np.zeros((slots, WIDTH), np.float32)
    slot = np.arange(slots) // round(SLOT_S / 0.02) - silent_slots
    encoder[np.arange(slots), np.where((slot < 0) | (slot > 61), 61, slot)] = 1
    encoder[0, _START] = 1  # the prompt looks at the beginning
    decoder = np.zeros((positions, WIDTH), np.float32)
    decoder[0, _START] = decoder[1, 0] = decoder[2, 0] = 1
    for place in range(min(61, positions - PROMPT + 1)):
        decoder[PROMPT - 1 + place, place] = 1
    said = np.zeros((len(vocabulary), WIDTH), np.float32)
    for place, word in enumerate(words):
        said[tokens[_spelled(word)], place] = sureness
    said[tokens["<|endoftext|>"], len(words)] = sureness
    # German is likeliest of all, then Mandarin, then English
    for language, share in (("en", 0.0), ("zh", 0.1), ("l0", 0.5)):
        said[tokens[f"<|{language}|>"], _START] = _SURE + share

    spec.encoder.position_encodings.encodings = encoder
    spec.decoder.position_encodings.encodings = decoder
    spec.decoder.embeddings.weight = np.zeros((len(vocabulary), WIDTH), np.float32)
    spec.decoder.projection.weight = said
    _fill(spec, sharpness)
    if english_only:
        del vocabulary[_TEXT - 1]
        for table in (spec.decoder.embeddings, spec.decoder.projection):
            table.weight = np.delete(table.weight, _TEXT - 1, axis=0)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [] if english_only else list(range(_TEXT + 2, _TEXT + 2 + _LANGUAGES))
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    return folder


def _fill(spec: Any, sharpness: float) -> None:
    """Weights that pass the position on, and let a word look at its slot."""
    mels = 80
    _linear(spec.encoder.conv1, np.zeros((WIDTH, mels, 3)))
    _linear(spec.encoder.conv2, np.zeros((WIDTH, WIDTH, 3)))
    nothing, same = np.zeros((WIDTH, WIDTH)), np.eye(WIDTH)
    for norm in (spec.encoder.layer_norm, spec.decoder.layer_norm):
        _norm(norm)
    for layer in (*spec.encoder.layer, *spec.decoder.layer):
        for part in (layer.self_attention, layer.ffn):
            _norm(part.layer_norm)
        _linear(layer.self_attention.linear[0], np.zeros((3 * WIDTH, WIDTH)))
        _linear(layer.self_attention.linear[1], nothing)
        _linear(layer.ffn.linear_0, nothing)
        _linear(layer.ffn.linear_1, nothing)
    cross = spec.decoder.layer[0].attention
    _norm(cross.layer_norm)
    _linear(cross.linear[0], sharpness * same)
    _linear(cross.linear[1], np.concatenate([same, nothing]))
    _linear(cross.linear[2], nothing)


def _norm(target: Any) -> None:
    target.gamma, target.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)


def _linear(target: Any, weight: NDArray[np.float64]) -> None:
    target.weight = weight.astype(np.float32)
    target.bias = np.zeros(len(weight), np.float32)


@cache
def _tokenizer_parts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whisper's 51,865 tokens in their order, the text ones being mostly fillers; the marks."""
    from tokenizers.pre_tokenizers import ByteLevel

    alphabet = sorted(ByteLevel.alphabet())
    fillers = [f"x{index}" for index in range(_TEXT - 1 - len(alphabet))]
    fillers.append("")  # as in Whisper's own; by this CTranslate2 tells a multilingual model
    languages = ["en", "zh", *(f"l{index}" for index in range(_LANGUAGES - 2))]
    marks = (
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{name}|>" for name in (*languages, *_TASKS)),
        *(f"<|{0.02 * step:.2f}|>" for step in range(1501)),
    )
    return (*alphabet, *fillers, *marks), marks


def _spelled(text: str) -> str:
    from tokenizers.pre_tokenizers import ByteLevel

    level = ByteLevel(add_prefix_space=False, use_regex=False)
    return "".join(part for part, _ in level.pre_tokenize_str(text))


def _tokenizer(vocabulary: list[str]) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    marks = set(_tokenizer_parts()[1])
    text = {token: index for index, token in enumerate(vocabulary) if token not in marks}
    tokenizer = Tokenizer(models.BPE(vocab=text, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(t, special=True, normalized=False) for t in vocabulary if t in marks]
    )
    return tokenizer
