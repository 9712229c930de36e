"""How much of what is private is masked, and how much that is not.

``python -m tests.benchmarks.redaction`` prints, for generated sentences in both languages
(``tests/voice/dictated.py``) cut into utterances at random places:

(interrupted: four digits at a time with other sentences between; the first four are nothing that
can be known for a number)

- whole: share of private things of which no word is left
- recall and precision, in words
- harmless, six digits: share of sentences without anything private in which something is masked;
  six digits in a row always are
- held: share of utterances that wait for what comes next, of all and of harmless whole sentences
- named: share of things masked whose token says what they are
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.voice.dictated import Sentence, sentences, timed
from voice.events import Word, WordsFinal
from voice.redact import Redactor

TOKENS = ("[card]", "[phone]", "[email]", "[id]", "[number]")
NAMES = {
    "card": "[card]",
    "phone_en": "[phone]",
    "phone_cn": "[phone]",
    "number": "[number]",
    "identity_cn": "[id]",
    "identity_gb": "[id]",
    "identity_us": "[id]",
    "email": "[email]",
    "interrupted": "[number]",
}


@dataclass(slots=True)
class Count:
    """What was counted of one kind."""

    sentences: int = 0
    whole: int = 0
    masked_any: int = 0
    named: int = 0
    private: int = 0
    found: int = 0
    masked: int = 0


def utterances(words: Sequence[Word], cuts: Sequence[int]) -> list[WordsFinal]:
    """Cut words into utterances before the words at `cuts`."""
    edges = [0, *sorted(cuts), len(words)]
    finals = []
    for number, (first, last) in enumerate(pairwise(edges)):
        mine = tuple(words[first:last])
        if mine:
            finals.append(
                WordsFinal(
                    at_s=mine[-1].end_s,
                    known_at_s=mine[-1].end_s,
                    track=0,
                    utterance_id=f"0-{number}",
                    start_s=mine[0].start_s,
                    words=mine,
                    text=" ".join(word.text for word in mine),
                    language="en",
                    engine="generated",
                )
            )
    return finals


def redacted(finals: Sequence[WordsFinal]) -> tuple[list[Word], int]:
    """Redact utterances in order; tell the words, and how many utterances had to wait."""
    redactor = Redactor()
    words: list[Word] = []
    held = 0
    for final in finals:
        released = redactor.final(final)
        held += final.utterance_id not in {each.utterance_id for each in released}
        words += [word for each in released if isinstance(each, WordsFinal) for word in each.words]
    for each in redactor.finish():
        words += each.words if isinstance(each, WordsFinal) else ()
    return words, held


def visible(sentence: Sentence, words: Sequence[Word]) -> set[int]:
    """Places of the words of a sentence that can still be read."""
    masked = [
        (word.start_s, word.end_s) for word in words if any(token in word.text for token in TOKENS)
    ]
    return {
        place
        for place, word in enumerate(timed(sentence.words))
        if not any(start <= word.start_s and word.end_s <= end for start, end in masked)
    }


def measure(sentence: Sentence, words: Sequence[Word], count: Count) -> None:
    """Add one sentence."""
    seen = visible(sentence, words)
    count.sentences += 1
    count.private += len(sentence.private)
    count.found += len(sentence.private - seen)
    count.masked += len(sentence.words) - len(seen)
    count.whole += not sentence.private & seen
    count.masked_any += len(seen) < len(sentence.words)
    texts = " ".join(word.text for word in words)
    count.named += NAMES.get(sentence.kind, "-") in texts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", type=int, default=0, help="print so many failures a kind")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts: dict[str, Count] = defaultdict(Count)
    shown: dict[str, int] = defaultdict(int)
    held = whole_held = total = said = 0
    spent_s = 0.0
    for sentence in sentences(options.seed, options.each):
        words = timed(sentence.words)
        cuts = rng.sample(range(1, len(words)), rng.randint(0, min(3, len(words) - 1)))
        finals = utterances(words, cuts)
        started = time.process_time()
        left, waited = redacted(finals)
        spent_s += time.process_time() - started
        held, total, said = held + waited, total + len(finals), said + len(words)
        if sentence.kind == "harmless":
            whole_held += redacted(utterances(words, []))[1]
        measure(sentence, left, counts[sentence.kind])
        wrong = sentence.private ^ (set(range(len(words))) - visible(sentence, left))
        if wrong and shown[sentence.kind] < options.show:
            shown[sentence.kind] += 1
            print(sentence.kind, cuts, " ".join(sentence.words), "->", *(w.text for w in left))
    print(f"{'':12} {'sentences':>9} {'whole':>7} {'recall':>7} {'precision':>9} {'named':>7}")
    for kind, count in counts.items():
        if kind not in NAMES:
            continue
        print(
            f"{kind:12} {count.sentences:9} {count.whole / count.sentences:7.2%}"
            f" {count.found / count.private:7.2%} {count.found / max(1, count.masked):9.2%}"
            f" {count.named / count.sentences:7.2%}"
        )
    private = [count for kind, count in counts.items() if kind in NAMES]
    found = sum(count.found for count in private)
    masked = sum(count.masked for count in counts.values())
    recall = found / sum(count.private for count in private)
    print(f"all: recall {recall:.2%}, precision {found / masked:.2%} (words)")
    for kind in ("harmless", "six digits"):
        count = counts[kind]
        print(f"{kind}: {count.masked_any / count.sentences:.2%} of {count.sentences} masked")
    print(
        f"held: {held / total:.1%} of {total} utterances,"
        f" {whole_held / counts['harmless'].sentences:.1%} of harmless sentences;"
        f" {1e6 * spent_s / said:.0f} us a word"
    )


if __name__ == "__main__":
    main()
