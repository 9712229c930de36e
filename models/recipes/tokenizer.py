"""Whisper's multilingual tokenizer as a ``tokenizer.json``, built from its published ranks.

The ranks (``multilingual.tiktoken``, MIT) come inside the PyPI package ``openai-whisper``.  A
tiktoken file holds no merges; they are recovered here: greedy BPE over the bytes of a token, using
only the ranks below its own, ends in the two parts that were merged into it.
"""

from __future__ import annotations

import ast
import base64
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LANGUAGE_TOKENS = 99
TIMESTAMPS = 1501  # <|0.00|> to <|30.00|> in steps of 20 ms
TASKS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")


def byte_characters() -> dict[int, str]:
    """Return GPT-2's printable character for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {
        byte: chr(256 + index) for index, byte in enumerate(others)
    }


def last_merge(token: bytes, ranks: dict[bytes, int]) -> tuple[bytes, bytes] | None:
    """Return the two parts that were merged into a token, or None where there is no such pair."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        rank, at = min(
            (ranks.get(parts[i] + parts[i + 1], len(ranks)), i) for i in range(len(parts) - 1)
        )
        if rank >= ranks[token]:
            break
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def special_tokens(languages: list[str]) -> list[str]:
    """Return the special tokens in the order of their ids."""
    return [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{language}|>" for language in languages[:LANGUAGE_TOKENS]),
        *(f"<|{task}|>" for task in TASKS),
        *(f"<|{0.02 * step:.2f}|>" for step in range(TIMESTAMPS)),
    ]


def build() -> Tokenizer:
    """Return the multilingual tokenizer (51,865 entries).

    Raises
    ------
    ModuleNotFoundError
        If the package ``openai-whisper`` is not installed.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    spec = find_spec("whisper")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the tokenizer's ranks are in the PyPI package openai-whisper")
    folder = Path(spec.origin).parent
    pairs = (line.split() for line in (folder / "assets/multilingual.tiktoken").open())
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    source = (folder / "tokenizer.py").read_text(encoding="utf-8")
    languages = re.search(r"^LANGUAGES = (\{.*?^\})", source, re.DOTALL | re.MULTILINE)
    assert languages is not None, "openai-whisper has changed: no LANGUAGES in its tokenizer.py"

    table = byte_characters()

    def spell(token: bytes) -> str:
        return "".join(table[byte] for byte in token)

    ordered = sorted((t for t in ranks if len(t) > 1), key=ranks.__getitem__)
    merges = [(spell(p[0]), spell(p[1])) for t in ordered if (p := last_merge(t, ranks))]
    tokenizer = Tokenizer(
        models.BPE(vocab={spell(token): rank for token, rank in ranks.items()}, merges=merges)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = special_tokens(list(ast.literal_eval(languages.group(1))))
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in special])
    return tokenizer
