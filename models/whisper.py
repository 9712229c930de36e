"""faster-whisper behind the :class:`~models.transcriber.Transcriber` interface.

One model a process and device, loaded once and primed; on a CPU one thread each, since a second
one makes decoding slower: run more processes instead.
"""

from __future__ import annotations

from collections import defaultdict
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import archive, manifest, shape, windows
from .catalog import PARTS, Model
from .choice import Device
from .errors import ModelError
from .transcriber import RATE, Language, Samples, Transcript, WordTiming
from .windows import Heard

if TYPE_CHECKING:
    from .short_window import ShortWindowModel

BEAM = 5
"""Whisper's own; together with temperature 0 it makes decoding deterministic."""
SHORTEST_S = 0.1
"""Under this nobody can have said a word."""
SPEECH_FROM = 0.3
"""Silero's probability from which a chunk counts as speech here: lower than anywhere before, for
only what nobody could take for speech is to be kept from the model."""
SPEECH_S = 0.1
"""How long it must last."""

_COMPUTE: dict[Device, str] = {"cpu": "int8", "cuda": "float16"}

_loaded: dict[tuple[Path, Device, bool], WhisperTranscriber] = {}
_locks: defaultdict[tuple[Path, Device, bool], Lock] = defaultdict(Lock)
_guard = Lock()


def device_of(wanted: Literal["auto", "cpu", "cuda"] = "auto") -> Device:
    """Where models will run: on a GPU if there is one that CTranslate2 can use."""
    if wanted != "auto":
        return wanted
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"


def load(
    model: Model, device: Literal["auto", "cpu", "cuda"] = "auto", *, short_windows: bool = True
) -> WhisperTranscriber:
    """Load a model, prime it, and keep it: loaded once however many threads ask.

    Parameters
    ----------
    model
        From :func:`models.catalog.find`. A bundled one is unpacked first, if need be.
    device
        ``auto`` takes a GPU if there is one.
    short_windows
        Hear utterances in windows of their own length; otherwise all in the model's longest.

    Raises
    ------
    ModelError
        If it is missing, damaged, or not a Whisper model.
    """
    key = (model.folder.resolve(), device_of(device), short_windows)
    with _guard:
        lock = _locks[key]
    with lock:
        if key not in _loaded:
            _loaded[key] = WhisperTranscriber(model, key[1], short_windows=short_windows)
        return _loaded[key]


def one_thread() -> None:
    """Keep numpy's products to the thread that asks, in this process and from now on.

    faster-whisper computes its features with them; they are too small to be worth sharing, and
    threads that wait for each other cost CPU. Called by whoever owns the process.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    threadpool_limits(1)  # of all libraries loaded by now


class WhisperTranscriber:
    """One loaded Whisper model; use :func:`load`.

    Parameters
    ----------
    model
        What to load.
    device
        Where it runs.
    short_windows
        As for :func:`load`.
    """

    def __init__(self, model: Model, device: Device, *, short_windows: bool = True) -> None:
        folder = _ready(model)
        self._shape = shape.read(folder / manifest.WEIGHTS)
        self._model = _open(folder, self._shape, device)
        self._lock = Lock()  # the window in use belongs to one decode at a time
        self._short = short_windows
        self.device = device
        self.languages = model.languages
        self.longest_s = self._shape.window_s
        self.engine = _engine(model, folder)
        self._prime()

    def transcribe(
        self, samples: Samples, language: Language | None, *, hotwords: str | None = None
    ) -> Transcript:
        """Write down one utterance; see :meth:`models.transcriber.Transcriber.transcribe`."""
        duration_s = self._checked(samples, language)
        onset_s = _onset_s(samples)
        if onset_s is None:
            return self._transcript(None, language or self.languages[0], retried=False)
        spoken = language or self.detect(samples)[0]
        window_s = self._window_s(duration_s)
        first = self._hear(samples, spoken, window_s, hotwords, onset_s)
        if not first.wrong:
            return self._transcript(first, spoken, retried=False)
        if window_s >= self.longest_s:
            return self._transcript(windows.better(first, first), spoken, retried=False)
        second = self._hear(samples, spoken, self.longest_s, hotwords, onset_s)
        return self._transcript(windows.better(first, second), spoken, retried=True)

    def detect(self, samples: Samples) -> tuple[Language, float]:
        """Tell the language; see :meth:`models.transcriber.Transcriber.detect`."""
        duration_s = self._checked(samples, None)
        if len(self.languages) == 1:
            return self.languages[0], 1.0
        with self._lock:
            self._model.window_s = self._window_s(duration_s)
            _, _, all_ = self._model.detect_language(samples)
        # Whisper knows a hundred languages; the call is in one of ours
        chances = {name: float(chance) for name, chance in all_ if name in self.languages}
        best = max(self.languages, key=lambda name: chances[name])
        total = sum(chances.values())
        return best, chances[best] / total if total > 0 else 1 / len(chances)

    def work(self, samples: Samples, tokens: int, window_s: float) -> None:
        """Do all the work of an utterance of so many tokens; for measuring what it costs."""
        _onset_s(samples)
        with self._lock:
            self._model.window_s = window_s
            self._model.say(samples, tokens, BEAM)

    def _hear(
        self,
        samples: Samples,
        language: Language,
        window_s: float,
        hotwords: str | None = None,
        onset_s: float = 0.0,
    ) -> Heard:
        """Decode once."""
        duration_s = len(samples) / RATE
        with self._lock:
            self._model.window_s = window_s
            segments, _ = self._model.transcribe(
                samples,
                language=language,
                beam_size=BEAM,
                temperature=0.0,
                condition_on_previous_text=False,
                # what looks wrong is judged in windows.py
                compression_ratio_threshold=None,
                log_prob_threshold=None,
                no_speech_threshold=None,
                # one segment a window; faster-whisper would decode what follows the last word
                # once more, hence only the first is ever asked for
                without_timestamps=True,
                word_timestamps=True,
                max_new_tokens=windows.most_tokens(
                    duration_s, self._model.max_length, hotwords=hotwords is not None
                ),
                hotwords=hotwords,
            )
            segment = next(islice(segments, 1), None)
        if segment is None:
            return Heard(window_s=window_s)
        return Heard(
            window_s=window_s,
            words=_words(segment.words or (), onset_s, duration_s),
            text=segment.text.strip(),
            compression_ratio=float(segment.compression_ratio),
            log_probability=float(segment.avg_logprob),
            no_speech=float(segment.no_speech_prob),
        )

    def _transcript(self, heard: Heard | None, language: Language, *, retried: bool) -> Transcript:
        heard = heard or Heard(window_s=0.0)
        return Transcript(
            words=heard.words,
            text=heard.text,
            language=language,
            engine=self.engine,
            window_s=heard.window_s,
            retried=retried,
        )

    def _window_s(self, duration_s: float) -> float:
        return windows.window_s(duration_s, self.longest_s) if self._short else self.longest_s

    def _checked(self, samples: Samples, language: Language | None) -> float:
        if samples.ndim != 1 or samples.dtype != np.float32:
            raise ValueError(
                f"samples must be float32 [n], not {samples.dtype} {list(samples.shape)}"
            )
        duration_s = len(samples) / RATE
        if duration_s > self.longest_s:
            raise ValueError(
                f"an utterance of {duration_s:.1f} s is too long for a window of {self.longest_s} s"
            )
        if language is not None and language not in self.languages:
            raise ModelError(f"{self.engine} knows no {language!r}: choose a multilingual model")
        return duration_s

    def _prime(self) -> None:
        """Decode once, so that the first utterance of a call waits for nothing."""
        try:
            self._hear(np.zeros(RATE, np.float32), self.languages[0], self.longest_s)
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.engine} cannot decode: {error}") from error


def _ready(model: Model) -> Path:
    """The model's folder, unpacked and complete."""
    if model.bundle is not None and model.manifest is not None:
        return archive.unpack(model.bundle, model.manifest, model.folder.parent)
    if model.manifest is not None:
        # its checksums were verified when it was fetched; `calmline models check` does so again
        harm = manifest.damage(model.folder, model.manifest, thorough=False)
        if harm is not None:
            raise ModelError(f"{model.folder}: {harm}: calmline models fetch {model.name}")
    for part in PARTS:
        if not (model.folder / part).is_file():
            # without tokenizer.json faster-whisper would go and download one
            raise ModelError(f"{model.folder}: {part} is missing")
    return model.folder


def _open(folder: Path, size: shape.Shape, device: Device) -> ShortWindowModel:
    from .short_window import ShortWindowModel

    try:
        return ShortWindowModel(
            str(folder),
            size,
            device=device,
            compute_type=_COMPUTE[device],
            cpu_threads=1,
            num_workers=1,
        )
    except Exception as error:  # CTranslate2 and tokenizers raise bare exceptions
        raise ModelError(f"{folder}: it cannot be loaded ({error})") from error


def _engine(model: Model, folder: Path) -> str:
    weights = model.manifest.files[manifest.WEIGHTS] if model.manifest else None
    digest = (weights or manifest.seal(folder / manifest.WEIGHTS)).sha256
    libraries = " ".join(f"{name}-{version(name)}" for name in ("faster-whisper", "ctranslate2"))
    return f"{model.name}-{digest[:8]} {libraries}"


def _onset_s(samples: Samples) -> float | None:
    """Where the first thing begins that could be speech; a model writes text for any noise."""
    if len(samples) < SHORTEST_S * RATE:
        return None
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=SPEECH_FROM, min_speech_duration_ms=round(1000 * SPEECH_S), speech_pad_ms=0
    )
    speech = get_speech_timestamps(samples, options)
    return speech[0]["start"] / RATE if speech else None


def _words(timed: Any, onset_s: float, duration_s: float) -> tuple[WordTiming, ...]:
    """The words with times in order, inside the utterance, and none before there is speech.

    An alignment leaves no frame out, so it gives the silence at the beginning to the first word.
    """
    words = []
    last_s = onset_s
    for word in timed:
        start_s = min(max(float(word.start), last_s), duration_s)
        end_s = last_s = min(max(float(word.end), start_s), duration_s)
        words.append(
            WordTiming(
                start_s=start_s,
                end_s=end_s,
                text=word.word.strip(),
                probability=float(word.probability),
            )
        )
    return tuple(words)
