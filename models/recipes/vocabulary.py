"""The tokens and phonemes that training uses: a small part of Whisper's 51,865 tokens.

Training over the used rows only is what makes it affordable; the export fills the others.
Phonemes (espeak-ng's IPA for English, initial, final and tone for Mandarin) are the targets of a
CTC head that exists in training only: it finds where each word lies.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from . import tts
from .texts import LANGUAGES, held_out, sample_texts, training_sentences

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONTROLS = (
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|translate|>",
    "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
)  # fmt: skip
TIMESTAMP_STEPS = 501  # 0 to 10 s, the window of the model, in steps of 20 ms
BLANK = "<blank>"
SAMPLED_TEXTS = 30_000

_WORD = re.compile(r"[A-Za-z']+")
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?([a-zü]+?)([1-5])")


def syllable_phones(syllable: str) -> list[str]:
    """Split a pinyin syllable with tone digit: ``"zhong1"`` -> ``["zh-", "-ong", "1"]``."""
    found = _SYLLABLE.fullmatch(syllable)
    if found is None:
        return []
    initial, final, tone = found.groups()
    return [*([f"{initial}-"] if initial else []), f"-{final}", tone]


def english_lexicon(words: list[str]) -> dict[str, list[str]]:
    """Return espeak-ng's phonemes of lower-case English words, without stress marks."""
    command = ["espeak-ng", "-q", "--ipa", "--sep=_", "-v", "en-us"]
    made = subprocess.run(
        command,
        input="\n".join(words),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    spoken = made.stdout.strip("\n").split("\n")
    if len(spoken) != len(words):
        raise RuntimeError(f"espeak-ng answered {len(spoken)} lines for {len(words)} words")
    clean = (re.sub("[ˈˌ]", "", line).strip().replace(" ", "_").split("_") for line in spoken)
    return {word: [p for p in phones if p] for word, phones in zip(words, clean, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What is stored: used token ids (text first), English lexicon, phonemes (blank first)."""

    tokens: list[int]
    text_tokens: int
    lexicon: dict[str, list[str]]
    phones: list[str]


class Vocabulary:
    """Texts to training ids and back to where they came from."""

    def __init__(self, tokenizer: Tokenizer, tables: Tables) -> None:
        self.tokenizer, self.tables = tokenizer, tables
        self._row = {token: row for row, token in enumerate(tables.tokens)}
        self._phone = {phone: index for index, phone in enumerate(tables.phones)}

    def __len__(self) -> int:
        return len(self.tables.tokens)

    @cached_property
    def controls(self) -> dict[str, int]:
        """Row of each control token and of the first timestamp ``<|0.00|>``."""
        names = (*CONTROLS, "<|0.00|>")
        return {name: self._row[_id(self.tokenizer, name)] for name in names}

    def units(self, text: str, language: str) -> list[tuple[list[int], list[int]]]:
        """Return (token rows, phonemes) of each word; marks have no phonemes.

        Raises
        ------
        KeyError
            If a token or word is not in the vocabulary.
        """
        if language == "zh":
            return [
                (self._rows(character), [self._phone[p] for p in syllable_phones(syllable)])
                for character, syllable in zip(text, tts.pinyin(text), strict=True)
            ]
        made: list[tuple[list[int], list[int]]] = []
        for piece in re.findall(r" [A-Za-z']+|[^A-Za-z' ]", " " + text):
            phones = self.tables.lexicon[piece.strip().lower()] if piece[0] == " " else []
            made.append((self._rows(piece), [self._phone[p] for p in phones]))
        return made

    def _rows(self, piece: str) -> list[int]:
        return [self._row[token] for token in token_ids(self.tokenizer, piece)]

    def save(self, folder: Path) -> None:
        """Write ``tokenizer.json`` and ``vocabulary.json``, the latter last."""
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save(str(folder / "tokenizer.json"))
        text = json.dumps(asdict(self.tables), ensure_ascii=False)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")


def _id(tokenizer: Tokenizer, name: str) -> int:
    token = tokenizer.token_to_id(name)
    if token is None:
        raise KeyError(f"{name} is not in the tokenizer")
    return token


@lru_cache(maxsize=100_000)
def token_ids(tokenizer: Tokenizer, piece: str) -> tuple[int, ...]:
    """Return the standard ids of one word (with its leading space) or character."""
    return tuple(tokenizer.encode(piece, add_special_tokens=False).ids)


def load(folder: Path) -> Vocabulary:
    """Read what :meth:`Vocabulary.save` wrote."""
    from tokenizers import Tokenizer

    tables = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    return Vocabulary(Tokenizer.from_file(str(folder / "tokenizer.json")), Tables(**tables))


def build(tokenizer: Tokenizer, *, seed: int = 5) -> Vocabulary:
    """Collect the tokens and phonemes of everything the generators can say.

    Mandarin is tokenized character by character, English word by word, so that a text has one
    spelling; both are sequences that Whisper's own decoding turns back into the text.
    """
    rng = random.Random(seed)
    tokens: set[int] = set()
    phones: set[str] = set()
    words: set[str] = set()
    for language in LANGUAGES:
        generator = training_sentences(language)
        texts = [generator.make(rng) for _ in range(SAMPLED_TEXTS)]
        texts += [*sample_texts(language), *held_out(language), *generator.words]
        if language == "zh":
            characters = {character for text in texts for character in text}
            texts_pinyin = {syllable for text in set(texts) for syllable in tts.pinyin(text)}
            phones.update(p for syllable in texts_pinyin for p in syllable_phones(syllable))
            pieces = characters
        else:
            found = {word for text in texts for word in _WORD.findall(text)}
            words |= {word.lower() for word in found}
            pieces = {" " + form for word in found for form in (word, word[0].upper() + word[1:])}
            pieces |= {mark for text in texts for mark in re.findall("[^A-Za-z' ]", text)}
        for piece in pieces:
            tokens.update(token_ids(tokenizer, piece))
    lexicon = english_lexicon(sorted(words))
    phones |= {phone for spoken in lexicon.values() for phone in spoken}
    first_time = _id(tokenizer, "<|0.00|>")
    tables = Tables(
        tokens=[
            *sorted(tokens),
            *(_id(tokenizer, name) for name in CONTROLS),
            *range(first_time, first_time + TIMESTAMP_STEPS),
        ],
        text_tokens=len(tokens),
        lexicon=lexicon,
        phones=[BLANK, *sorted(phones)],
    )
    return Vocabulary(tokenizer, tables)
