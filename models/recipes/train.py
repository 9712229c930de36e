"""Stages 2 and 4: training, from checkpoint to checkpoint.

``phonemes`` trains the encoder with the CTC head alone: first a *flat start* (phonemes spread
evenly between start and end of speech, frame by frame; without it CTC stays on its plateau), then
CTC.  ``words`` trains everything: the words, the phonemes, the cross-attention guided to where
each token lies, and a head that names the word from the frame in its middle.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from .batches import IGNORE, Batch, Dataset
from .network import Nano, Size, adopt, look_around
from .plan import Plan
from .vocabulary import Vocabulary

GUIDE_FRAMES = 7.0  # width of the guided attention, in encoder frames of 20 ms
FLAT_SHARE = 0.3
NEW_SHARDS_EVERY = 300


class Trainer:
    """One stage of training over a dataset."""

    def __init__(
        self, plan: Plan, data: Dataset, vocabulary: Vocabulary, checkpoint: Path, *, seed: int = 0
    ) -> None:
        torch.manual_seed(seed)
        self._plan, self._data, self._vocabulary = plan, data, vocabulary
        self._checkpoint = checkpoint
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        size = Size(rows=len(vocabulary), phones=len(vocabulary.tables.phones))
        self.model = Nano(size)
        look_around(self.model)
        self.model.to(self.device)
        self._optimisers = self._make_optimisers()
        self._step, self._seconds = 0, 0.0

    def _make_optimisers(self) -> list[torch.optim.Optimizer]:
        """Muon for the matrices of the layers (fewer steps needed), AdamW for everything else."""
        layers = [*self.model.enc.parameters(), *self.model.dec.parameters()]
        matrices = [p for p in layers if p.dim() == 2]
        known = {id(p) for p in matrices}
        rest = [p for p in self.model.parameters() if id(p) not in known]
        return [
            torch.optim.Muon(
                matrices, lr=self._plan.rate, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
            ),
            torch.optim.AdamW(
                rest, lr=self._plan.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True
            ),
        ]

    def start_from(self, path: Path) -> None:
        """Take the weights of another checkpoint."""
        adopt(self.model, torch.load(path, map_location=self.device), self._vocabulary.tables)

    def resume(self) -> bool:
        """Continue from this stage's own checkpoint; return whether there was one."""
        if not self._checkpoint.exists():
            return False
        saved = torch.load(self._checkpoint, map_location=self.device)
        self.model.load_state_dict(saved["model"])
        for optimiser, state in zip(self._optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self._step, self._seconds = saved["step"], saved["seconds"]
        return True

    def save(self) -> None:
        """Write the checkpoint, and move it into place whole."""
        part = self._checkpoint.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in self._optimisers],
                "size": asdict(self.model.size),
                "tokens": self._vocabulary.tables.tokens,
                "phones": self._vocabulary.tables.phones,
                "step": self._step,
                "seconds": self._seconds,
                "stage": self._plan.stage,
            },
            part,
        )
        part.replace(self._checkpoint)

    def run(
        self, report: Callable[[str], None], *, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Train until the plan's time is over or ``stop()`` holds, then save."""
        feed = self._feed()
        last = last_save = time.monotonic()
        means: dict[str, float] = {}
        self.model.train()
        while self._done < 1 and not stop():
            losses = self._train_step(next(feed))
            now = time.monotonic()
            self._seconds, last = self._seconds + now - last, now
            keep = 0.98 if self._step > 100 else 0.9
            for name, value in losses.items():
                means[name] = keep * means.get(name, value) + (1 - keep) * value
            if self._step % 50 == 0:
                shown = "  ".join(f"{name} {value:.3f}" for name, value in means.items())
                rate = self._plan.learning_rate(self._done, self._step)
                report(
                    f"{self._plan.stage} {self._seconds / 60:5.1f} of {self._plan.minutes:.0f} min"
                    f"  step {self._step}  {shown}  rate {rate:.1e}  utterances {len(self._data)}"
                )
            if now - last_save > self._plan.save_every_s:
                self.save()
                last_save = time.monotonic()
        self.save()

    @property
    def _done(self) -> float:
        return min(1.0, self._seconds / 60 / self._plan.minutes)

    def _feed(self) -> Iterator[Batch]:
        """Make batches in a thread of their own, so that the network need not wait for them."""
        ready: queue.Queue[Batch] = queue.Queue(8)

        def fill() -> None:
            made = 0
            while True:
                for batch in self._data.batches(self._plan.diet(self._done)):
                    ready.put(batch)
                    made += 1
                    if made % NEW_SHARDS_EVERY == 0:
                        self._data.refresh(aligned=self._plan.stage == "words")

        threading.Thread(target=fill, daemon=True).start()
        while True:
            yield ready.get()

    def _train_step(self, batch: Batch) -> dict[str, float]:
        rate = self._plan.learning_rate(self._done, self._step)
        for optimiser in self._optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad(set_to_none=True)
        batch = Batch(*(getattr(batch, name).to(self.device) for name in Batch.__slots__))
        losses = self._phonemes(batch) if self._plan.stage == "phonemes" else self._words(batch)
        loss = sum((weight * value for value, weight in losses.values()), torch.zeros(()))
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self._optimisers:
            optimiser.step()
        self._step += 1
        return {name: float(value.detach()) for name, (value, _) in losses.items()}

    def _phonemes(self, batch: Batch) -> dict[str, tuple[Tensor, float]]:
        """Return the losses, with their weights, of a step that trains the encoder alone."""
        with self._autocast():
            encoded, middle = self.model.encode(batch.mel)
        heads = [self.model.ctc(states.float()) for states in (encoded, middle)]
        flat_start = self._done < FLAT_SHARE
        weight = 0.1 if self._done < 0.7 * FLAT_SHARE else 1.0
        losses = {
            "ctc": (ctc_loss(heads[0], batch), 1.4 * weight),
            "ctc_middle": (ctc_loss(heads[1], batch), 0.6 * weight),
        }
        if flat_start:
            even = [
                functional.cross_entropy(head.flatten(0, 1), batch.flat.flatten()) for head in heads
            ]
            losses["flat"] = (even[0] + 0.5 * even[1], 1.0)
        return losses

    def _words(self, batch: Batch) -> dict[str, tuple[Tensor, float]]:
        """Return the losses, with their weights, of a step that trains everything."""
        model, early = self.model, self._done < 0.45
        with self._autocast():
            encoded, _ = model.encode(batch.mel)
            states = model.decode(batch.tokens, encoded)
            logits = functional.linear(states, model.emb.weight)
        target = batch.target.flatten()
        words = functional.cross_entropy(
            logits.float().flatten(0, 1), target, ignore_index=IGNORE, label_smoothing=0.03
        )
        asked = batch.centre >= 0
        frame = torch.arange(encoded.shape[1], device=encoded.device)[None, None]
        distance = (frame - batch.centre[:, :, None]) / GUIDE_FRAMES
        away = (1 - torch.exp(-(distance**2) / 2)) * asked[:, :, None]
        guide = torch.zeros((), device=encoded.device)
        excess = sum(layer.ca.excess for layer in model.dec)
        for layer in list(model.dec)[1:]:
            weights = layer.ca.weights
            guide = guide + (weights.float() * away[:, None]).sum(-1).mean(1).sum() / asked.sum()
        shaken = batch.centre + torch.randint(-2, 3, batch.centre.shape, device=encoded.device)
        at = shaken.round().long().clamp(0, encoded.shape[1] - 1)
        with self._autocast():
            width = encoded.shape[-1]
            named = model.word(encoded.gather(1, at[:, :, None].expand(-1, -1, width)))
            guesses = functional.linear(named, model.emb.weight)
        word = functional.cross_entropy(
            guesses.float().flatten(0, 1),
            batch.target.masked_fill(~asked, IGNORE).flatten(),
            ignore_index=IGNORE,
        )
        right = (logits.argmax(-1).flatten() == target)[target != IGNORE].float().mean()
        ctc_weight = 0.5 if self._done < 0.4 else 0.3
        return {
            "words": (words, 1 - ctc_weight),
            "ctc": (ctc_loss(model.ctc(encoded.float()), batch), 2 * 0.7 * ctc_weight),
            "guide": (guide, 3.0 if early else 1.0),
            "excess": (excess, 0.02),
            "word": (word, 0.5 if early else 0.25),
            "right": (right.detach(), 0.0),
        }

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16)


def ctc_loss(logits: Tensor, batch: Batch) -> Tensor:
    """Return the CTC loss of ``logits [batch, frames, phones]``, per phoneme."""
    frames = torch.full((len(logits),), logits.shape[1], dtype=torch.long)
    return functional.ctc_loss(
        logits.log_softmax(-1).transpose(0, 1),
        batch.phones,
        frames,
        batch.phone_counts,
        zero_infinity=True,
    )


def dataset(folder: Path, vocabulary: Vocabulary, plan: Plan, *, seed: int = 0) -> Dataset:
    """Return the dataset that a plan needs, read once."""
    data = Dataset(folder, vocabulary, random.Random(seed))
    data.refresh(aligned=plan.stage == "words")
    return data
