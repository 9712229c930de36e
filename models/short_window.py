"""faster-whisper with an encoder that runs on the window an utterance needs.

Imported only where a model is loaded: it brings faster-whisper with it, most of a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from numpy.typing import NDArray

from .shape import POSITION_S, Shape

FRAME_S = POSITION_S / 2
"""Sound behind one frame of features."""


class ShortWindowModel(WhisperModel):  # type: ignore[misc] # it comes without types
    """A ``WhisperModel`` that hands the encoder :attr:`window_s` of features.

    faster-whisper 1.2.1 pads every window to 30 s whatever it is told (``pad_or_trim``), which
    costs most of the time and fails on models that have fewer positions. Its ``chunk_length``
    is no way out: it changes the shared feature extractor for good.

    Attributes
    ----------
    window_s
        The window in use, in seconds; to be set before a call, by one thread at a time.
    """

    def __init__(self, folder: str, shape: Shape, **options: Any) -> None:
        super().__init__(folder, local_files_only=True, **options)
        self.window_s = shape.window_s
        # faster-whisper takes 448 for granted; a model with fewer dies on a long decode
        self.max_length: int = min(448, shape.tokens)

    def encode(self, features: NDArray[np.float32]) -> Any:
        """Run the encoder on the window in use.

        Parameters
        ----------
        features : np.ndarray [shape=(mels, frames), dtype=float32]
            Padded to 30 s by the caller.
        """
        frames = round(self.window_s / FRAME_S)
        return super().encode(np.ascontiguousarray(features[..., :frames]))

    def say(self, samples: NDArray[np.float32], tokens: int, beam: int) -> None:
        """Do the work of an utterance of exactly so many tokens, whatever the model would say.

        Parameters
        ----------
        samples : np.ndarray [shape=(n,), dtype=float32]
            At 16 kHz; heard in the window in use.
        tokens
            How many are decoded and timed.
        beam
            Width of the search.
        """
        mark = self.hf_tokenizer.token_to_id
        start, end = [mark("<|startoftranscript|>")], mark("<|endoftext|>")
        features = self.feature_extractor(samples)
        heard = self.encode(pad_or_trim(features))
        result = self.model.generate(
            heard,
            [start],
            beam_size=beam,
            max_length=2 * tokens,  # CTranslate2 generates half of it
            suppress_tokens=[end],
            suppress_blank=False,
        )[0]
        text = [token for token in result.sequences_ids[0] if token < end]
        self.model.align(heard, start, [text], features.shape[-1] - 1)

    def find_alignment(
        self, tokenizer: Any, text_tokens: Any, encoder_output: Any, num_frames: int, *more: Any
    ) -> list[list[dict[str, Any]]]:
        """Time the words; evenly over the sound where the attention gives no times.

        CTranslate2 divides by the spread of the attention that a frame gets over the tokens. A
        head that never looks at some frame has none, everything becomes NaN, each word ends where
        it starts, and faster-whisper would throw the whole text away.
        """
        utterances = super().find_alignment(
            tokenizer, text_tokens, encoder_output, num_frames, *more
        )
        for words in utterances:
            if words and words[-1]["end"] <= words[0]["start"]:
                spread(words, num_frames * FRAME_S)
        return utterances  # type: ignore[no-any-return] # of a library without types


def spread(words: list[dict[str, Any]], duration_s: float) -> None:
    """Give each of the timed words a share of the sound by its length in characters."""
    ends = np.cumsum([max(1, len(word["word"].strip())) for word in words])
    edges = [0.0, *(duration_s * ends / ends[-1])]
    for word, start, end in zip(words, edges, edges[1:], strict=False):
        word["start"], word["end"] = start, end
