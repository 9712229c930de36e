"""How well the classifier of wording knows ideas it was not trained on, and what it costs.

``python -m tests.benchmarks.wording`` trains the shipped recipe on one half of the families, turns
it into ONNX, and measures that on the other half: as written, with simulated mistakes of a
recogniser, and inside a longer utterance. The playbook's phrase lists are measured on the same
lines, alone and together with the model, as a call uses both. Of the lines that are trained on only
those are left out that are near to a held-back one. An easier measurement, in totals only, holds
back a third of the wordings of every family: an idea that is known, in other words. ``--card`` puts
the tables into the model's card.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coaching import playbook
from coaching.understanding import AGENT, CALLER, LABELS, Understanding
from coaching.understood import BY_PHRASES_ONLY
from models.recipes.pack import put_figures
from models.recipes.wording import export, training
from models.recipes.wording.__main__ import LANGUAGES, SHIPPED
from models.recipes.wording.lines import Line, apart, halves, known_ideas, read
from models.recipes.wording.mistakes import spoiler
from models.wording.cutting import Language
from models.wording.model import WordingModel

SEED = 1

Heard = Callable[[Line], frozenset[str]]


@dataclass(slots=True)
class Count:
    """What was right and wrong of one class."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, other: Count) -> None:
        """Add another count."""
        self.right += other.right
        self.false += other.false
        self.missed += other.missed

    @property
    def precision(self) -> float | None:
        """Share of what was heard that was said."""
        heard = self.right + self.false
        return self.right / heard if heard else None

    @property
    def recall(self) -> float | None:
        """Share of what was said that was heard."""
        said = self.right + self.missed
        return self.right / said if said else None


def counted(lines: Sequence[Line], heard: Heard) -> dict[str, Count]:
    """Count by class, over the lines of the class's speaker."""
    counts = {label: Count() for label in LABELS}
    for line in lines:
        got = heard(line)
        for label in CALLER if line.speaker == "caller" else AGENT:
            counts[label].right += label in line.labels and label in got
            counts[label].false += label not in line.labels and label in got
            counts[label].missed += label in line.labels and label not in got
    return counts


def sets(held: Sequence[Line], lines: Sequence[Line], language: Language) -> dict[str, list[Line]]:
    """Make the held-back half as written, with mistakes, and in longer utterances."""
    rng = random.Random(SEED)
    spoil = spoiler(language, [line.text for line in lines])
    by_speaker = {
        one: [line for line in held if line.speaker == one] for one in ("caller", "agent")
    }
    return {
        "as written": list(held),
        "with mistakes": [training.spoiled(line, spoil, rng) for line in held],
        "in a longer utterance": [
            training.longer(line, by_speaker[line.speaker], language, rng) for line in held
        ],
    }


def by_lists(language: Language) -> tuple[Heard, frozenset[str]]:
    """Make the baseline, and tell which classes it has a list for."""
    book = playbook.bundled(language)
    finders = {"caller": book.caller_finder, "agent": book.agent_finder}
    listed = frozenset({*book.phrases, *book.agent} & set(LABELS))

    def heard(line: Line) -> frozenset[str]:
        return listed & {hit.name for hit in finders[line.speaker].find(line.text)}

    return heard, listed


def trained(lines: Sequence[Line], language: Language) -> Heard:
    """Train, and take the way of the product: ONNX, passages, thresholds."""
    fitted = training.fit(lines, language)
    model = WordingModel(language, export.to_onnx(fitted), fitted.thresholds)
    understanding = Understanding(language, model)
    return lambda line: frozenset(understanding.heard(line.text, line.speaker))


def measure(language: Language) -> Iterator[str]:
    """Measure one language, line by line of the report."""
    lines = read(language)
    known, held = halves(lines, SEED)
    taught = read(language, taught=True)
    far = apart(taught, held, language)
    heard = trained(known + far, language)
    lists, listed = by_lists(language)
    tested = sets(held, lines, language)
    ways: dict[str, Heard] = {
        "lists": lists,
        "model": heard,
        "together": lambda line: lists(line) | heard(line),
    }
    counts = {
        f"{way}, {name}": counted(chosen, by)
        for way, by in ways.items()
        for name, chosen in tested.items()
    }
    families = [len({line.family for line in half}) for half in (known, held)]
    yield f"### {'English' if language == 'en' else 'Mandarin'}"
    yield ""
    yield (
        f"{len(lines)} lines; trained on {len(known)} of {families[0]} families and on {len(far)}"
        f" of the {len(taught)} lines taught besides, measured on the {len(held)} of the other"
        f" {families[1]} families. Precision / recall in %."
    )
    yield ""
    yield f"| class | lines | {' | '.join(counts)} |"
    yield "|-|-|" + "-|" * len(counts)
    for label in LABELS:
        cells = [_cell(count[label]) for count in counts.values()]
        written = sum(label in line.labels for line in held)
        yield f"| {label} | {written} | {' | '.join(cells)} |"
    heeded = [label for label in LABELS if label in listed - BY_PHRASES_ONLY]
    for title, labels in (("all classes", LABELS), ("classes that a call heeds", heeded)):
        cells = [_cell(_sum(count, labels)) for count in counts.values()]
        yield f"| **{title}** | | {' | '.join(cells)} |"
    yield ""
    plain = [line for line in held if not line.labels]
    for title, by in (("the model", heard), ("the phrase lists", lists)):
        alarms = sum(bool(by(line) & set(LABELS)) for line in plain)  # other lists are no class
        yield (
            f"Of {len(plain)} held-back lines without a class (hard negatives and plain talk),"
            f" {title} heard something in {100 * alarms / len(plain):.1f} %."
        )
        yield ""
    untaught = trained(known, language)
    cells = [
        _cell(_sum(counted(chosen, lambda line: lists(line) | untaught(line)), LABELS))
        for chosen in tested.values()
    ]
    told = ", ".join(f"{cell} {name}" for cell, name in zip(cells, tested, strict=True))
    yield f"Without the lines taught besides, all classes, together: {told}."
    yield ""
    rest, others = known_ideas(lines)
    again = trained(rest + apart(taught, others, language), language)
    cells = [
        _cell(_sum(counted(chosen, again), LABELS))
        for chosen in sets(others, lines, language).values()
    ]
    told = ", ".join(f"{cell} {name}" for cell, name in zip(cells, tested, strict=True))
    yield (
        f"Ideas that are known, in other words ({len(others)} lines, trained on {len(rest)} and on"
        f" the lines taught besides), all classes, the model: {told}."
    )
    yield ""
    texts = [line.text for line in held]
    mean = sum(map(len, texts)) / len(texts)
    between = ". " if language == "en" else "。"
    long = [between.join(texts[i : i + 4]) for i in range(0, len(texts), 4)]
    yield (
        f"CPU time with the shipped model: {_cost(language, texts):.2f} ms a line ({mean:.0f}"
        f" characters), {_cost(language, long):.2f} ms for four in one utterance."
    )
    yield ""


def _sum(counts: dict[str, Count], labels: Sequence[str]) -> Count:
    total = Count()
    for label in labels:
        total.add(counts[label])
    return total


def _cell(count: Count) -> str:
    return " / ".join(
        "-" if x is None else f"{100 * x:.0f}" for x in (count.precision, count.recall)
    )


def _cost(language: Language, texts: Sequence[str], rounds: int = 5) -> float:
    shipped = Understanding(language)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            shipped.classes(text)
        best = min(best, time.process_time() - start)
    return 1000 * best / len(texts)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", action="store_true", help="put the tables into the card")
    card: Path | None = SHIPPED / "card.md" if parser.parse_args().card else None
    report: list[str] = []
    for language in LANGUAGES:
        for line in measure(language):
            print(line, flush=True)
            report.append(line)
    if card is not None:
        put_figures(card, report[:-1])


if __name__ == "__main__":
    main()
