"""Whisper's architecture in plain PyTorch, with the two heads that exist in training only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .vocabulary import Tables

# The features are shifted and scaled on the way in, and the encoder's positions are halved: both
# are folded into the first convolution and the position table at export.
MEL_SHIFT, MEL_SCALE, POSITION_SCALE = 0.27, 4.0, 0.5
DECODER_POSITIONS = 128
MOST_BELOW = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The size of a network; ``frames`` are encoder positions, 20 ms each."""

    rows: int
    phones: int
    width: int = 192
    heads: int = 3
    encoder_layers: int = 4
    decoder_layers: int = 3
    mels: int = 80
    frames: int = 500


class Attention(nn.Module):  # type: ignore[misc]
    """Multi-head attention; cross-attention in training keeps what its losses need.

    ``weights`` are for the guide; ``excess`` grows as scores fall more than ``MOST_BELOW`` below
    the highest: word times divide by the variance of a frame's weights over the words, which must
    not underflow to zero.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.v, self.o = (nn.Linear(width, width) for _ in range(3))
        self.k = nn.Linear(width, width, bias=False)
        self.weights: Tensor | None = None
        self.excess: Tensor | None = None

    def forward(self, x: Tensor, source: Tensor | None = None, causal: bool = False) -> Tensor:
        """Attend from ``x [batch, to, width]`` to ``source [batch, from, width]`` (or itself)."""
        batch, length, width = x.shape
        other = x if source is None else source

        def split(y: Tensor) -> Tensor:
            return y.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        q, k, v = split(self.q(x)), split(self.k(other)), split(self.v(other))
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-1, -2)
        if causal:
            ahead = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(ahead, -1e4)
        # on a CPU this is faster to train than the fused attention, whose backward pass is slow
        weights = scores.softmax(-1, dtype=scores.dtype)
        if source is not None and self.training:
            self.weights = weights
            below = scores.amax(-1, keepdim=True) - scores - MOST_BELOW
            self.excess = below.relu().float().mean()
        y = weights @ v
        out: Tensor = self.o(y.transpose(1, 2).reshape(batch, length, width))
        return out


class Layer(nn.Module):  # type: ignore[misc]
    """A pre-norm transformer layer; a decoder's is causal and has cross-attention."""

    def __init__(self, width: int, heads: int, *, decoder: bool) -> None:
        super().__init__()
        self.ln1, self.sa = nn.LayerNorm(width), Attention(width, heads)
        self.decoder = decoder
        if decoder:
            self.ln2, self.ca = nn.LayerNorm(width), Attention(width, heads)
        self.ln3 = nn.LayerNorm(width)
        self.f1, self.f2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, source: Tensor | None = None) -> Tensor:
        """Return ``[batch, length, width]``."""
        x = x + self.sa(self.ln1(x), causal=self.decoder)
        if self.decoder:
            x = x + self.ca(self.ln2(x), source)
        out: Tensor = x + self.f2(functional.gelu(self.f1(self.ln3(x))))
        return out


def sinusoids(length: int, width: int) -> Tensor:
    """Return Whisper's fixed position table ``[length, width]``: sines, then cosines."""
    step = math.log(10000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Nano(nn.Module):  # type: ignore[misc]
    """The whole network over the training rows of the vocabulary."""

    epos: Tensor

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size, width = size, size.width
        self.c1 = nn.Conv1d(size.mels, width, 3, padding=1)
        self.c2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        nn.init.normal_(self.c1.weight, std=0.7 * (2 / (3 * size.mels)) ** 0.5)
        nn.init.normal_(self.c2.weight, std=1.2 * (2 / (3 * width)) ** 0.5)
        self.register_buffer("epos", sinusoids(size.frames, width))
        self.enc = nn.ModuleList(
            Layer(width, size.heads, decoder=False) for _ in range(size.encoder_layers)
        )
        self.eln = nn.LayerNorm(width)
        self.emb = nn.Embedding(size.rows, width)
        nn.init.normal_(self.emb.weight, std=width**-0.5)
        self.dpos = nn.Parameter(torch.randn(DECODER_POSITIONS, width) * 0.01)
        self.dec = nn.ModuleList(
            Layer(width, size.heads, decoder=True) for _ in range(size.decoder_layers)
        )
        self.dln = nn.LayerNorm(width)
        # rows that training does not use get their constant logit through this bias at export
        nn.init.constant_(self.dln.bias, 0.3)
        # training only: phonemes of each frame; and the word that a frame is the middle of
        self.ctc, self.word = nn.Linear(width, size.phones), nn.Linear(width, width)

    def encode(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Return the output ``[batch, frames, width]`` for ``mel [batch, 80, 2 frames]``.

        The second item is the output after two layers: a second CTC there helps at the start.
        """
        x = functional.gelu(self.c1((mel + MEL_SHIFT) * MEL_SCALE))
        x = functional.gelu(self.c2(x)).transpose(1, 2)
        x = x + POSITION_SCALE * self.epos[: x.shape[1]]
        middle = x
        for index, layer in enumerate(self.enc):
            x = layer(x)
            if index == 1:
                middle = self.eln(x)
        return self.eln(x), middle

    def decode(self, rows: Tensor, source: Tensor) -> Tensor:
        """Return the states ``[batch, length, width]`` before the tied output embedding."""
        x = self.emb(rows) + self.dpos[: rows.shape[1]]
        for layer in self.dec:
            x = layer(x, source)
        out: Tensor = self.dln(x)
        return out


@torch.no_grad()  # type: ignore[untyped-decorator]
def look_around(model: Nano) -> None:
    """Start the first encoder layers with heads that look a few frames back, here and ahead.

    Through the sinusoidal positions a rotation of a query by ``offset`` frames is a linear map.
    """
    width, heads = model.size.width, model.size.heads
    half, strength = width // heads // 2, 1.4
    omega = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))[:half]
    j, cosine = torch.arange(half), width // 2
    for layer, reach in zip(model.enc, (3, 6, 10), strict=False):
        attention = layer.sa
        assert isinstance(attention, Attention)
        attention.q.weight *= 0.3
        attention.k.weight *= 0.3
        for head, offset in enumerate((-reach, 0, reach)[:heads]):
            row = head * 2 * half
            c, s = torch.cos(omega * offset) * strength, torch.sin(omega * offset) * strength
            attention.k.weight[row + j, j] += strength
            attention.k.weight[row + half + j, cosine + j] += strength
            attention.q.weight[row + j, j] += c
            attention.q.weight[row + j, cosine + j] += s
            attention.q.weight[row + half + j, cosine + j] += c
            attention.q.weight[row + half + j, j] -= s


@torch.no_grad()  # type: ignore[untyped-decorator]
def adopt(model: Nano, saved: Mapping[str, Any], tables: Tables) -> None:
    """Load a checkpoint of another vocabulary: rows are matched by token and by phoneme.

    What the other did not know keeps the weights it has.
    """
    state, own = dict(saved["model"]), model.state_dict()
    for names, before, now in (
        (("emb.weight",), saved["tokens"], tables.tokens),
        (("ctc.weight", "ctc.bias"), saved["phones"], tables.phones),
    ):
        index = {item: row for row, item in enumerate(before)}
        shared = [(row, index[item]) for row, item in enumerate(now) if item in index]
        to, source = (list(rows) for rows in zip(*shared, strict=True))
        for name in names:
            own[name][to] = state[name][source]
            state[name] = own[name]
    model.load_state_dict(state)
