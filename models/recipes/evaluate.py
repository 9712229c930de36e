"""``make nano-eval``: what the bundled model can do, as the product runs it, as a table.

Every figure of the model card comes from here.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from models import catalog, whisper
from models.transcriber import Language, Transcript, WordTiming

from . import quiet, testsets
from .scoring import METRIC, count
from .sentences import plain
from .testsets import Clip
from .texts import LANGUAGES
from .tts import RATE_HZ, VOICES

NEAR_S = 0.2
QUIET_EACH = 20


@dataclass(slots=True)
class Tally:
    """Counts that go over all sets."""

    detected: list[bool] = field(default_factory=list)
    near: list[bool] = field(default_factory=list)
    retried: list[bool] = field(default_factory=list)
    busy_s: float = 0.0
    audio_s: float = 0.0


class Evaluation:
    """A model under test, heard through the product's own transcriber."""

    def __init__(self, model: catalog.Model) -> None:
        self._engine = whisper.load(model, "cpu")
        whisper.one_thread()
        self.tally = Tally()

    def hear(self, clip: Clip) -> Transcript:
        """Transcribe a clip, its language given, and count the time taken."""
        began = time.process_time()
        transcript = self._engine.transcribe(clip.samples, _language(clip.language))
        self.tally.busy_s += time.process_time() - began
        self.tally.audio_s += len(clip.samples) / RATE_HZ
        self.tally.retried.append(transcript.retried)
        return transcript

    def texts(self, clips: Iterable[Clip]) -> list[str]:
        """Return what is heard; count detected languages, and word times at sentences' ends."""
        heard: list[str] = []
        for clip in clips:
            transcript = self.hear(clip)
            heard.append(transcript.text)
            found, _ = self._engine.detect(clip.samples)
            self.tally.detected.append(found == clip.language)
            for wanted_s, found_s in sentence_ends(clip, transcript.words):
                self.tally.near.append(round(abs(wanted_s - found_s), 3) <= NEAR_S)
        return heard

    def table(self) -> Iterator[str]:
        """Yield the lines of the error rates (Markdown)."""
        yield "| set | utterances | error rate | substituted / deleted / inserted |"
        yield "|-|-|-|-|"
        for name in testsets.call_names():
            clips = testsets.call_turns(name)
            yield row(f"{name}, by turn", clips[0].language, _texts(clips), self.texts(clips))
        for name in testsets.call_names():
            tracks = testsets.call_tracks(name)
            heard = [" ".join(self.hear(clip).text for clip in clips) for clips, _ in tracks]
            language = tracks[0][0][0].language
            yield row(f"{name}, by VAD", language, [said for _, said in tracks], heard)
        for language in LANGUAGES:
            for style in testsets.HELD_OUT_STYLES:
                clips = list(testsets.held_out_clips(language, style))
                said, heard = _texts(clips), self.texts(clips)
                name, voices = f"held-out, {language}, {style}", VOICES[language]
                yield row(name, language, said, heard)
                for n, voice in enumerate(voices):  # each sentence is there in every voice
                    part = slice(n, None, len(voices))
                    yield row(f"{name}, {voice}", language, said[part], heard[part])

    def figures(self) -> Iterator[str]:
        """Yield the lines of what else was counted, and of sound without speech."""
        tally = self.tally
        yield "| what | figure |"
        yield "|-|-|"
        yield f"| language detected | {share(tally.detected)} |"
        yield f"| word times within {NEAR_S} s, at the ends of sentences | {share(tally.near)} |"
        yield f"| heard again in the longest window | {share(tally.retried)} |"
        factor = tally.busy_s / tally.audio_s
        yield f"| real-time factor, one thread, word times included | {factor:.4f} |"
        for kind in quiet.KINDS:
            spoken = [
                bool(self._engine.transcribe(x, _language(language)).text)
                for x in testsets.quiet_clips(kind, QUIET_EACH)
                for language in LANGUAGES
            ]
            yield f"| {kind}: windows that gave a text | {share(spoken)} |"


def sentence_ends(clip: Clip, words: Sequence[WordTiming]) -> list[tuple[float, float]]:
    """Pair the labelled and the found time of each sentence's first and last word.

    Truth is exact there: a label says where a sentence's first word starts and its last one ends.
    Only clips whose words are all right are used, so that it is certain which word is meant.
    """
    spelled = [plain(word.text, clip.language).replace(" ", "") for word in words]
    whole = plain(clip.text, clip.language).replace(" ", "")
    if "".join(spelled) != whole:
        return []
    pairs: list[tuple[float, float]] = []
    wanted = reached = index = 0
    for sentence, start_s, end_s in clip.sentences:
        wanted += len(plain(sentence, clip.language).replace(" ", ""))
        first = index
        while reached < wanted:
            reached += len(spelled[index])
            index += 1
        if reached != wanted:  # a word of the model's reaches over the end of the sentence
            break
        pairs += [(start_s, words[first].start_s), (end_s, words[index - 1].end_s)]
    return pairs


def row(name: str, language: str, said: Sequence[str], heard: Sequence[str]) -> str:
    """Return one line of the table."""
    e = count(said, heard, language)
    return (
        f"| {name} | {e.utterances} | {METRIC[language]} {100 * e.rate:.1f} % "
        f"| {e.substitutions} / {e.deletions} / {e.insertions} of {e.units} |"
    )


def share(of: Sequence[bool]) -> str:
    """Return how many are true, as a percentage and a count."""
    return f"{100 * sum(of) / max(1, len(of)):.1f} % of {len(of)}"


def evaluate(folder: Path | None = None) -> Iterator[str]:
    """Yield the lines of both tables (Markdown).

    Parameters
    ----------
    folder
        An unpacked CTranslate2 model; the bundled one otherwise.
    """
    with TemporaryDirectory() as room:
        places = catalog.Places(fetched=Path(room) / "none", cache=Path(room) / "cache")
        name = "nano" if folder is None else str(folder)
        test = Evaluation(catalog.find(name, places))
        yield from test.table()
        yield ""
        yield from test.figures()


def _texts(clips: Iterable[Clip]) -> list[str]:
    return [clip.text for clip in clips]


def _language(name: str) -> Language:
    return "en" if name == "en" else "zh"
