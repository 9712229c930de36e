"""An utterance's classes, with scores, thresholds and quotes."""

from __future__ import annotations

from collections.abc import Mapping

from models.wording.cutting import Language
from models.wording.labels import LABELS, OF_SPEAKER, Speaker
from models.wording.model import WordingModel

from .words import Span, shared_out, strongest


class Understanding:
    """Tells what an utterance says, paraphrased or misheard.

    It keeps nothing between utterances, so one object serves all calls of a language. The same
    text always gets the same answer.

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
        self.language = language
        self.thresholds: Mapping[str, float] = self._model.thresholds

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
            Scores from 0 to 1, by class; calibrated on the project's lines, where every class is
            far more frequent than on the telephone.
        """
        scores = self._model.read(text).scores.tolist()
        wanted = LABELS if speaker is None else OF_SPEAKER[speaker]
        return {label: scores[LABELS.index(label)] for label in wanted}

    def heard(self, text: str, speaker: Speaker) -> dict[str, float]:
        """Give the classes that reach their threshold, the most certain first."""
        scores = self.classes(text, speaker)
        said = [label for label, score in scores.items() if score >= self.thresholds[label]]
        return {label: scores[label] for label in sorted(said, key=lambda one: -scores[one])}

    def words(self, text: str, label: str) -> list[Span]:
        """Tell what each word adds to the log-odds of a class, in order; exact, bias aside.

        Raises
        ------
        ValueError
            No such class.
        """
        reading = self._model.read(text)
        column = reading.contributions[:, LABELS.index(label)]
        return shared_out(text, self.language, reading.features, column)

    def spans(self, text: str, label: str) -> tuple[Span, ...]:
        """Find the words to quote for a class: the row of words that carries most, if any does.

        Raises
        ------
        ValueError
            No such class.
        """
        found = strongest(self.words(text, label))
        return () if found is None else (found,)
