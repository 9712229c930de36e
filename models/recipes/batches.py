"""Training batches of fixed shapes: utterances alone or joined, changed a little, padded.

Shapes come in steps (100 frames, 8 tokens), because oneDNN makes its kernels anew for each.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .plan import Diet
from .vocabulary import Vocabulary

Mel = npt.NDArray[np.float32]
FRAME_STEP, TOKEN_STEP, LONGEST = 100, 8, 1000
MOST_TOKENS = 100
SILENT_SHARE = 0.03
TIMED_SHARE = 0.15
WRONG_TOKENS = 0.06
IGNORE = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance: ``mel [frames, 80]``, token rows with their middles (s), phonemes, times."""

    mel: npt.NDArray[np.floating]
    rows: list[int]
    phones: list[int]
    centres: npt.NDArray[np.float64]
    language: str
    voice: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of a training step.

    Attributes
    ----------
    mel
        ``float32 [batch, 80, frames]``.
    tokens
        ``int64 [batch, length]``: what the decoder is given, some tokens wrong.
    target
        ``int64 [batch, length]``: what it must say next; ``IGNORE`` where nothing is asked.
    centre
        ``float32 [batch, length]``: encoder frame of the token to say, -1 where it has none.
    phones, phone_counts
        ``int64``: the phonemes of all utterances end to end, and how many each has.
    flat
        ``int64 [batch, frames / 2]``: phonemes spread evenly over the speech, blank elsewhere.
    """

    mel: Tensor
    tokens: Tensor
    target: Tensor
    centre: Tensor
    phones: Tensor
    phone_counts: Tensor
    flat: Tensor


class Dataset:
    """All aligned shards of a folder; new ones are picked up by :meth:`refresh`."""

    def __init__(
        self, folder: Path, vocabulary: Vocabulary, rng: random.Random, *, batch_frames: int = 9600
    ) -> None:
        self._folder, self._vocabulary, self._rng = folder, vocabulary, rng
        self._batch_frames = batch_frames
        self._read: set[Path] = set()
        self._examples: list[Example] = []
        self._by_voice: dict[str, list[int]] = {}
        self._quiet: list[Mel] = []

    def __len__(self) -> int:
        return len(self._examples)

    def refresh(self, *, aligned: bool) -> None:
        """Read shards that were not there before (with their alignment, if asked)."""
        for path in sorted(self._folder.glob("*.npy")):
            times = path.with_suffix(".times.json")
            if path in self._read or not path.with_suffix(".json").exists():
                continue
            if path.stem.startswith("quiet"):
                self._quiet += list(np.load(path).astype(np.float32))
            elif aligned and not times.exists():
                continue
            else:
                self._add(path, json.loads(times.read_text()) if aligned else None)
            self._read.add(path)

    def _add(self, path: Path, times: list[list[float] | None] | None) -> None:
        mel, at = np.load(path), 0
        records = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        for index, record in enumerate(records):
            frames = record["frames"]
            units = self._vocabulary.units(record["text"], record["language"])
            rows = [row for rows, _ in units for row in rows]
            known = times[index] if times is not None else None
            if len(rows) < MOST_TOKENS and (times is None or known is not None):
                self._by_voice.setdefault(record["voice"], []).append(len(self._examples))
                self._examples.append(
                    Example(
                        mel[at : at + frames],
                        rows,
                        [phone for _, phones in units for phone in phones],
                        np.array(known if known is not None else [-1.0] * len(rows)),
                        record["language"],
                        record["voice"],
                        record["start_s"],
                        record["end_s"],
                    )
                )
            at += frames

    def batches(self, diet: Diet) -> Iterator[Batch]:
        """Yield batches of one pass over a random pool, grouped by length, in random order."""
        pool = [self._item(diet) for _ in range(700)]
        groups: list[tuple[list[Example], int]] = []
        for longest in range(FRAME_STEP, LONGEST + 1, FRAME_STEP):
            near = [e for e in pool if longest - FRAME_STEP < len(e.mel) <= longest]
            self._rng.shuffle(near)
            size = max(4, min(48, self._batch_frames // longest))
            cuts = range(0, len(near) - size + 1, size)
            groups += [(near[cut : cut + size], longest) for cut in cuts]
        self._rng.shuffle(groups)
        for group, longest in groups:
            yield self._collate(group, longest)

    def _item(self, diet: Diet) -> Example:
        while True:
            first = self._rng.choice(self._examples)
            if len(first.mel) <= diet.longest:
                break
        chosen, frames, tokens = [first], len(first.mel), len(first.rows)
        if self._rng.random() < diet.joined:
            for _ in range(self._rng.choice((1, 1, 2, 3))):
                other = self._examples[self._rng.choice(self._by_voice[first.voice])]
                frames, tokens = frames + len(other.mel), tokens + len(other.rows)
                if frames > diet.longest - 10 or tokens >= MOST_TOKENS:
                    break
                chosen.append(other)
        return self._join([self._retimed(example) for example in chosen])

    def _retimed(self, example: Example) -> Example:
        """Change the tempo of some examples by up to 8 % (linear interpolation of frames)."""
        if self._rng.random() > 0.35:
            return example
        wanted = max(20, int(len(example.mel) * self._rng.uniform(0.92, 1.08)))
        wanted = min(wanted, LONGEST)
        factor = wanted / len(example.mel)
        at = np.minimum(np.arange(wanted) / factor, len(example.mel) - 1.001)
        low = at.astype(int)
        part = (at - low)[:, None].astype(np.float32)
        mel = example.mel[low] * (1 - part) + example.mel[low + 1] * part
        return Example(
            mel, example.rows, example.phones, example.centres * factor, example.language,
            example.voice, example.start_s * factor, example.end_s * factor,
        )  # fmt: skip

    def _join(self, parts: list[Example]) -> Example:
        starts = np.cumsum([0, *(len(part.mel) for part in parts)]) / 100
        level = self._rng.uniform(-0.12, 0.05)
        mel = np.concatenate([part.mel for part in parts]).astype(np.float32)[:LONGEST] + level
        return Example(
            mel.astype(np.float32),
            [row for part in parts for row in part.rows],
            [phone for part in parts for phone in part.phones],
            np.concatenate([p.centres + s for p, s in zip(parts, starts, strict=False)]),
            parts[0].language,
            parts[0].voice,
            parts[0].start_s,
            float(min(starts[len(parts) - 1] + parts[-1].end_s, len(mel) / 100)),
        )

    def _collate(self, group: list[Example], longest: int) -> Batch:
        if self._rng.random() < 0.05:
            longest = LONGEST
        special, zero = self._vocabulary.controls, self._vocabulary.controls["<|0.00|>"]
        start, end = special["<|startoftranscript|>"], special["<|endoftext|>"]
        mel = np.zeros((len(group), longest, 80), np.float32)
        flat = np.zeros((len(group), longest // 2), np.int64)
        sequences: list[list[int]] = []
        asked: list[int] = []
        phones: list[list[int]] = []
        for row, example in enumerate(group):
            if self._quiet and self._rng.random() < SILENT_SHARE:
                quiet = self._rng.choice(self._quiet)[:longest]
                mel[row, : len(quiet)] = quiet
                # no speech must be said at once; and whoever goes on regardless must end at once
                tag, task = special[f"<|{example.language}|>"], special["<|transcribe|>"]
                sequences.append([start, tag, task, special["<|notimestamps|>"], end])
                asked.append(0)
                phones.append([])
                continue
            mel[row, : len(example.mel)] = example.mel
            head = [start, special[f"<|{example.language}|>"], special["<|transcribe|>"]]
            if self._rng.random() < TIMED_SHARE:
                times = (round(t / 0.02) for t in (example.start_s, example.end_s))
                first, last = (zero + min(500, step) for step in times)
                sequences.append([*head, first, *example.rows, last, end])
            else:
                sequences.append([*head, special["<|notimestamps|>"], *example.rows, end])
            asked.append(len(example.rows))
            phones.append(example.phones)
            begin, stop = (int(t * 50) for t in (example.start_s, example.end_s))
            stop = min(stop, longest // 2)
            spread = np.arange(stop - begin) * len(example.phones) // max(1, stop - begin)
            flat[row, begin:stop] = np.array(example.phones)[spread]
        length = -(-(max(map(len, sequences)) - 1) // TOKEN_STEP) * TOKEN_STEP
        tokens = torch.full((len(group), length), end)
        target = torch.full((len(group), length), IGNORE)
        centre = torch.full((len(group), length), -1.0)
        for row, (sequence, count) in enumerate(zip(sequences, asked, strict=True)):
            said = torch.tensor(sequence)
            tokens[row, : len(said) - 1] = said[:-1]
            target[row, : len(said) - 1] = said[1:]
            target[row, 1] = IGNORE  # the task; the language before it is asked
            if count == 0:
                target[row, 0], target[row, 2] = special["<|nospeech|>"], IGNORE
                continue
            if sequence[3] == special["<|notimestamps|>"]:
                target[row, 2] = IGNORE
            middles = torch.tensor(group[row].centres * 50, dtype=torch.float32)
            centre[row, 3 : 3 + count] = middles.clamp(-1, longest // 2 - 1)
            # wrong words in its input: the decoder must listen, not only continue the text
            wrong = torch.rand(count) < WRONG_TOKENS
            noise = torch.randint(self._vocabulary.tables.text_tokens, (int(wrong.sum()),))
            tokens[row, 4 : 4 + count][wrong] = noise
        return Batch(
            torch.from_numpy(mel).transpose(1, 2).contiguous(),
            tokens,
            target,
            centre,
            torch.tensor([phone for spoken in phones for phone in spoken], dtype=torch.long),
            torch.tensor([len(spoken) for spoken in phones], dtype=torch.long),
            torch.from_numpy(flat),
        )
