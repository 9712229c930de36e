"""What a recogniser makes of a line: near words, lost endings, words dropped or said twice.

The mistakes are simulated. In English a word becomes one that sounds alike (a short list of
common confusions, then any word of the lines with the same sketch of its sound); in Chinese a
character becomes another of the lines with the same syllable, tone and common confusions of
Mandarin (zh/z, n/l, -ing/-in) aside.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from models.wording.cutting import Language

Spoil = Callable[[str, random.Random, float], str]

# groups of words that sound alike on a telephone
_ALIKE = (
    "their there they're", "your you're you", "to two too", "for four", "by buy bye", "here hear",
    "no know now", "right write", "wait weight way", "week weak", "bill build", "be b", "see c",
    "are our hour", "one won want", "would wood", "don't down done", "can can't", "want won't",
    "refund refunded return", "fee free", "price prize", "pay paid page", "later letter ladder",
    "phone fun found", "called cold call", "late let light", "broke broken book", "sue soon",
    "worth work word", "lose lost loose", "fault fold thought", "angry hungry", "sorry story",
    "calm come", "lawyer layer", "court caught quote", "gas guess", "afford a ford", "bank thank",
    "boss bus", "wife wi-fi", "cheaper cheap", "parcel personal", "driver drive", "isn't is an",
    "didn't did and", "i'm am", "i've of", "i'll all", "that's that", "it's its", "what's what",
    "than then", "and in an", "this these", "a the", "he's his", "we're were", "account count",
)  # fmt: skip
_ENDINGS = re.compile(r"(?<=[a-z]{2})(?:s|ed|d|ing|t|ly)$")
_SOUNDS = (
    (r"gh|h", ""), (r"ph", "f"), (r"ck|c|q|k", "k"), (r"[sz]+|x", "s"), (r"[dt]+", "t"),
    (r"[bp]+", "p"), (r"[vf]+", "f"), (r"[mn]+", "n"), (r"[gj]+", "j"), (r"(?<=.)[aeiouyw]+", "a"),
    (r"(.)\1+", r"\1"),
)  # fmt: skip
_SYLLABLES = ((r"^([zcs])h", r"\1"), (r"^n", "l"), (r"^r", "l"), (r"^f", "h"), (r"ng$", "n"))


def spoiler(language: Language, texts: Iterable[str]) -> Spoil:
    """Make the function that puts mistakes into a text.

    Parameters
    ----------
    language
        Of the texts.
    texts
        The words (characters) that can be heard instead come from here.

    Returns
    -------
    Callable
        Takes a text, a source of chance, and the probability of a mistake at each word
        (character).
    """
    return _english(texts) if language == "en" else _chinese(texts)


def _english(texts: Iterable[str]) -> Spoil:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for group in _ALIKE:
        members = group.split()
        for word in members:
            alike[word] += [other for other in members if other != word]
    by_sound: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted({word for text in texts for word in text.split()}):
        by_sound[_sketch(word)].append(word)

    def instead(word: str, rng: random.Random) -> str:
        if word in alike and rng.random() < 0.7:
            return rng.choice(alike[word])
        others = [other for other in by_sound[_sketch(word)] if other != word]
        if others and rng.random() < 0.6:
            return rng.choice(others)
        return _ENDINGS.sub("", word)

    return lambda text, rng, rate: " ".join(_spoil(text.split(), rng, rate, instead))


def _chinese(texts: Iterable[str]) -> Spoil:
    from pypinyin import lazy_pinyin

    seen = Counter(char for text in texts for char in text if not char.isascii())
    by_sound: defaultdict[str, list[str]] = defaultdict(list)
    sound: dict[str, str] = {}
    for char in sorted(seen):
        syllable = lazy_pinyin(char)[0]
        for pattern, near in _SYLLABLES:
            syllable = re.sub(pattern, near, syllable)
        sound[char] = syllable
        by_sound[syllable].append(char)

    def instead(char: str, rng: random.Random) -> str:
        others = [other for other in by_sound[sound.get(char, "")] if other != char]
        return rng.choices(others, [seen[other] for other in others])[0] if others else char

    return lambda text, rng, rate: "".join(_spoil(text, rng, rate, instead))


def _spoil(
    parts: Sequence[str],
    rng: random.Random,
    rate: float,
    instead: Callable[[str, random.Random], str],
) -> list[str]:
    """Of the mistakes, 70 % are other words, 20 % are lost, 10 % are heard twice."""
    heard: list[str] = []
    for part in parts:
        chance = rng.random() / rate if rate else 1.0
        if chance >= 1:
            heard.append(part)
        elif chance < 0.7:
            heard.append(instead(part, rng))
        elif chance >= 0.9:
            heard += [part, part]
    return [part for part in heard if part] or list(parts)


def _sketch(word: str) -> str:
    """The consonants that a bad line leaves of a word, vowels alike."""
    for pattern, near in _SOUNDS:
        word = re.sub(pattern, near, word.replace("'", ""))
    return word
