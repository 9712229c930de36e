"""Sentences of support calls for training: natural ones, and ones that force listening.

A network that has only heard natural sentences learns to continue text; one that has only heard
random words never learns how sentences go.  So a text is natural (a line of ``material/`` with
its slots filled), natural with words exchanged for random ones, spliced from pieces, a few random
words, or numbers and names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import yaml

MATERIAL = Path(__file__).parent / "material"
STOPS = re.compile(r"(?<=[.?!。？！])\s*")
_WORD = {"en": re.compile(r"[A-Za-z']+"), "zh": re.compile(r"[\u4e00-\u9fff]")}
_PROPER_SLOTS = ("month", "day", "name", "last", "title", "city", "street", "company")

# share of each kind of text: natural, exchanged, spliced, random words, numbers and names
KINDS = {"natural": 0.54, "exchanged": 0.18, "spliced": 0.10, "words": 0.08, "numbers": 0.10}
SENTENCES_A_TEXT = (1, 1, 1, 1, 1, 2)


def split(text: str) -> list[str]:
    """Split a text into its sentences, each with its final mark."""
    return [part for part in STOPS.split(text) if part]


def plain(text: str, language: str) -> str:
    """Return the words of a text (characters in Mandarin), lower-case, separated by spaces."""
    return " ".join(_WORD[language].findall(text)).lower()


def lines(name: str) -> list[str]:
    """Return the lines of a file of ``material/`` without comments and blank lines."""
    text = (MATERIAL / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


class Sentences:
    """A generator of texts in one language.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``.
    forbidden
        Texts none of whose sentences may be made (the bundled samples, the held-out set).
    words
        Texts whose words must be in the vocabulary too.
    """

    def __init__(
        self,
        language: str,
        *,
        forbidden: Collection[str] = (),
        words: Collection[str] = (),
    ) -> None:
        self.language = language
        self._space = " " if language == "en" else ""
        self._slots: dict[str, list[str]] = yaml.safe_load(
            (MATERIAL / f"{language}_slots.yaml").read_text(encoding="utf-8")
        )
        self._lines = [lines(f"{language}_caller.txt"), lines(f"{language}_agent.txt")]
        self._forbidden = {plain(s, language) for text in forbidden for s in split(text)}
        self._extra = sorted(set(words))
        self._proper = {
            word
            for slot in _PROPER_SLOTS
            for item in self._slots.get(slot, ())
            for word in item.split()
        } | {"I", "Street"}

    @cached_property
    def words(self) -> list[str]:
        """Every word a text may hold (Mandarin: dictionary words), sorted."""
        found = set(self._asked)
        sources = [line for bank in self._lines for line in bank]
        sources += [str(item) for items in self._slots.values() for item in items]
        for source in sources:
            for piece in re.split(r"\{\w+\}|[\[\]|，。？！,.?!]", source):
                found.update(self._pieces(piece))
        keep = {word for word in found if word[:1].isupper()}
        return sorted(w for w in found if w.capitalize() not in keep or w in keep or len(w) < 3)

    @cached_property
    def _asked(self) -> list[str]:
        """The words of the texts that the vocabulary must cover."""
        texts = (re.sub("[，。？！]", "", text) for text in self._extra)
        return sorted({piece for text in texts for piece in self._pieces(text)})

    @cached_property
    def _longest_words(self) -> re.Pattern[str]:
        """Match a Mandarin word of the word list, the longest first, or else one character."""
        known = {word for line in lines("zh_words.txt") for word in line.split()}
        known |= {str(item) for items in self._slots.values() for item in items}
        by_length = sorted((w for w in known if "{" not in w), key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, by_length)) + "|.")

    def _any_word(self, rng: random.Random) -> str:
        return rng.choice(self._asked if self._asked and rng.random() < 0.5 else self.words)

    def _pieces(self, text: str) -> list[str]:
        if self.language == "en":
            return [self._lower(word) for word in _WORD["en"].findall(text)]
        return self._longest_words.findall(text)

    def _lower(self, word: str) -> str:
        return word if word in self._proper or word.startswith("I'") else word.lower()

    def make(self, rng: random.Random) -> str:
        """Return one text, none of whose sentences is forbidden."""
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        while True:
            text: str = getattr(self, f"_{kind}")(rng)
            if text and not any(plain(s, self.language) in self._forbidden for s in split(text)):
                return text

    def _natural(self, rng: random.Random) -> str:
        bank = rng.choice(self._lines)
        many = rng.choice(SENTENCES_A_TEXT)
        text = self._space.join(self._sentence(bank, rng) for _ in range(many))
        if many == 1 and rng.random() < 0.2:
            return self._half(text, rng)
        return text

    def _sentence(self, bank: list[str], rng: random.Random) -> str:
        text = expand(rng.choice(bank), self._slots, rng)
        return self._tidy(text)

    def _half(self, text: str, rng: random.Random) -> str:
        words = text.split() if self.language == "en" else re.split("(?<=，)", text)
        middle = max(1, len(words) // 2)
        return self._tidy(
            self._space.join(words[:middle] if rng.random() < 0.5 else words[middle:])
        )

    def _exchanged(self, rng: random.Random) -> str:
        text = self._sentence(rng.choice(self._lines), rng)
        words = text.split() if self.language == "en" else self._pieces(text)
        for _ in range(rng.randint(1, max(1, len(words) // 3))):
            at = rng.randrange(len(words))
            if words[at] not in "，。？！":
                mark = re.search(r"[,.?!]*$", words[at])
                words[at] = self._any_word(rng) + (mark.group() if mark else "")
        return self._tidy(self._space.join(words))

    def _spliced(self, rng: random.Random) -> str:
        parts: list[str] = []
        for _ in range(rng.randint(2, 3)):
            text = self._sentence(rng.choice(self._lines), rng)
            words = self._pieces(re.sub("[，。？！]", "", text))
            length = rng.randint(1, 4)
            at = rng.randrange(max(1, len(words) - length + 1))
            parts += words[at : at + length]
        return self._tidy(self._space.join(parts))

    def _words(self, rng: random.Random) -> str:
        return self._tidy(self._space.join(self._any_word(rng) for _ in range(rng.randint(1, 7))))

    def _numbers(self, rng: random.Random) -> str:
        slots = ("id", "id", "number", "house", "money", "name", "city", "day", "month", "num")
        usable = [slot for slot in slots if slot in self._slots]
        chosen = ["{" + rng.choice(usable) + "}" for _ in range(rng.randint(1, 2))]
        text = expand(self._space.join(chosen), self._slots, rng)
        extra = self._sentence(rng.choice(self._lines), rng)
        lead = self._pieces(re.sub("[，。？！]", "", extra))[: rng.randint(0, 3)]
        return self._tidy(self._space.join([*lead, text]))

    def _tidy(self, text: str) -> str:
        if self.language == "zh":
            text = re.sub("[，。？！]+(?=[，。？！])", "", text).lstrip("，。？！").rstrip("，")
            return text if not text or text[-1] in "。？！" else text + "。"
        text = re.sub(r"\s+", " ", text).strip(" ,")
        text = re.sub(r" ([,.?!])", r"\1", re.sub(r"\b([Aa]) (?=[aeio](?!ne\b))", r"\1n ", text))
        text = re.sub(r"[,.]+(?=[,.?!])", "", text)
        if text and text[-1] not in ".?!":
            text += "."
        return text[:1].upper() + text[1:]


def expand(template: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    """Fill every ``{slot}`` and choose in every ``[a|b]`` of a template, innermost first."""
    hole = re.compile(r"\[([^\[\]]*)\]|\{(\w+)\}")
    while True:
        # alternatives first: a slot inside one that is not chosen is never filled
        found = re.search(r"\[([^\[\]]*)\]", template) or hole.search(template)
        if found is None:
            return template
        if found.group(1) is not None:
            value = rng.choice(found.group(1).split("|"))
        else:
            value = str(rng.choice(slots[found.group(2)]))
        template = template[: found.start()] + value + template[found.end() :]
