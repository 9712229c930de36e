"""Stage 3: where each token lies, by forced alignment with the phoneme CTC head.

The times guide the cross-attention, and name the frame that must tell the word.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from .network import Nano, Size, adopt
from .viterbi import token_centres
from .vocabulary import Vocabulary, load


@torch.no_grad()  # type: ignore[untyped-decorator]
def align_shard(model: Nano, vocabulary: Vocabulary, path: Path, *, batch: int = 20) -> None:
    """Write ``NAME.times.json`` beside a shard: token centres of each utterance, or null."""
    target = path.with_suffix(".times.json")
    if target.exists():
        return
    records = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    mel = np.load(path)
    starts = np.cumsum([0, *(record["frames"] for record in records)])
    order = sorted(range(len(records)), key=lambda index: records[index]["frames"])
    times: list[list[float] | None] = [None] * len(records)
    for k in range(0, len(order), batch):
        group = order[k : k + batch]
        longest = -(-max(records[i]["frames"] for i in group) // 100) * 100
        x = np.zeros((batch, longest, mel.shape[1]), np.float32)
        for row, i in enumerate(group):
            x[row, : records[i]["frames"]] = mel[starts[i] : starts[i + 1]]
        with torch.autocast("cpu", torch.bfloat16):
            encoded, _ = model.encode(torch.from_numpy(x).transpose(1, 2).contiguous())
        score = model.ctc(encoded.float()).log_softmax(-1).numpy()
        for row, i in enumerate(group):
            units = vocabulary.units(records[i]["text"], records[i]["language"])
            times[i] = token_centres(units, score[row, : records[i]["frames"] // 2])
    part = target.with_suffix(".part")
    part.write_text(json.dumps(times), encoding="utf-8")
    part.replace(target)


def align_part(work: Path, checkpoint: Path, part: int, parts: int) -> None:
    """Align every ``parts``-th shard of a working folder with the CTC head of a checkpoint."""
    torch.set_num_threads(1)
    vocabulary = load(work)
    tables = vocabulary.tables
    model = Nano(Size(rows=len(tables.tokens), phones=len(tables.phones)))
    adopt(model, torch.load(checkpoint, map_location="cpu"), tables)
    model.eval()
    shards = sorted((work / "speech").glob("train-*.npy"))
    for path in shards[part::parts]:
        align_shard(model, vocabulary, path)
