"""An utterance's classes, with scores, thresholds and quotes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from models.wording.features import Place
from models.wording.labels import LABELS, OF_SPEAKER, Speaker
from models.wording.model import Reading, WordingModel
from models.wording.passages import passages, tokens_of
from voice.events import Language, Meaning

from .words import Span, shared_out, strongest


class Understanding:
    """Tells what an utterance says, paraphrased or misheard.

    No answer depends on what was asked before, so one object serves all calls of a language, and
    the same text always gets the same answer.

    Parameters
    ----------
    language
        Of the calls.
    model
        Instead of the bundled one.

    Raises
    ------
    ModelError
        The bundled model is damaged or of another version.
    """

    def __init__(self, language: Language, model: WordingModel | None = None) -> None:
        self._model = model or WordingModel.bundled(language)
        self.language: Language = language
        self.thresholds: Mapping[str, float] = self._model.thresholds

    @property
    def engine(self) -> str:
        """Name and version of the classifier, as facts carry it."""
        return self._model.engine

    def classes(self, text: str, speaker: Speaker | None = None) -> dict[str, float]:
        """Score a text for every class.

        Parameters
        ----------
        text
            What was said; Chinese in Simplified characters.
        speaker
            Only the classes about this speaker's words. Scores of the other's mean nothing: each
            class was learnt from its own speaker's lines.

        Returns
        -------
        dict
            Scores from 0 to 1, by class, each the highest of any passage; calibrated on the
            project's lines, where every class is far more frequent than on the telephone.
        """
        read = [reading.scores.tolist() for _, reading in self._read(text)]
        scores = [max(column) for column in zip(*read, strict=True)] or [0.0] * len(LABELS)
        wanted = LABELS if speaker is None else OF_SPEAKER[speaker]
        return {label: scores[LABELS.index(label)] for label in wanted}

    def heard(self, text: str, speaker: Speaker) -> dict[str, float]:
        """Give the classes that reach their threshold, the most certain first."""
        scores = self.classes(text, speaker)
        said = [label for label, score in scores.items() if score >= self.thresholds[label]]
        return {label: scores[label] for label in sorted(said, key=lambda one: -scores[one])}

    def meanings(self, text: str, speaker: Speaker) -> tuple[Meaning, ...]:
        """Give what is heard with the words that carry it, the most certain first."""
        read = self._read(text)
        found: list[Meaning] = []
        for label in OF_SPEAKER[speaker] if read else ():
            column = LABELS.index(label)
            place, reading = max(read, key=lambda one: float(one[1].scores[column]))
            score = float(reading.scores[column])
            if score >= self.thresholds[label]:
                said = strongest(self._shares(text, place, reading, column))
                start, end = (said.start, said.end) if said is not None else place
                found.append(Meaning(label=label, score=score, start=start, end=end))
        return tuple(sorted(found, key=lambda one: -one.score))

    def words(self, text: str, label: str) -> list[Span]:
        """Tell what each word of the deciding passage adds to the log-odds of a class, in order.

        The shares are exact: with the bias they sum to the log-odds.

        Raises
        ------
        ValueError
            No such class.
        """
        if label not in LABELS:
            raise ValueError(f"no class of wording is called {label}")
        column = LABELS.index(label)
        read = self._read(text)
        if not read:
            return []
        place, reading = max(read, key=lambda one: float(one[1].scores[column]))
        return self._shares(text, place, reading, column)

    def spans(self, text: str, label: str) -> tuple[Span, ...]:
        """Find the words to quote for a class: the row of words that carries most, if any does.

        Raises
        ------
        ValueError
            No such class.
        """
        found = strongest(self.words(text, label))
        return () if found is None else (found,)

    def _shares(self, text: str, place: Place, reading: Reading, column: int) -> list[Span]:
        """Share what a passage adds to a class among its words."""
        start, end = place
        places = [(word.start, word.end) for word in tokens_of(text[start:end], self.language)]
        words = list(dict.fromkeys(places))  # a short form is two words at one place
        return shared_out(reading.features, reading.contributions[:, column], words, start)

    def _read(self, text: str) -> list[tuple[Place, Reading]]:
        """Read the whole text and its passages."""
        places = passages(text, self.language)
        return [((start, end), self._model.read(text[start:end])) for start, end in places]


@cache
def bundled(language: Language) -> Understanding:
    """Load what comes with the product, once a process: all calls share it.

    Raises
    ------
    ModelError
        It is damaged, or of another version.
    """
    return Understanding(language)
