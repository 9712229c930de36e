"""``calmline models check``: is a model whole, how fast is it, may short windows be trusted."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, cast

import click
import numpy as np

from models import catalog, manifest, whisper
from models import check as checks
from models.catalog import Model, Places
from models.check import Comparison
from models.errors import ModelError
from models.transcriber import RATE, Language, Samples
from models.whisper import WhisperTranscriber
from voice.decode import Recording
from voice.errors import AudioError
from voice.resample import double_rate

from .errors import Refused

DETECT_S = 3.0
"""Speech from which the language of a channel is told."""

_VERDICTS = {
    "trust": "short windows may be trusted with such audio",
    "distrust": "short windows change the words of such audio: hear it in the longest window",
    "too little audio": f"too little to say: give recordings with {checks.ENOUGH} words or more",
}


def report(
    name: str,
    places: Places,
    files: Sequence[Path],
    *,
    language: Language | None,
    device: str,
) -> None:
    """Check a model and print what was found, line by line as it is known.

    Raises
    ------
    ModelError
        If the model cannot be used.
    Refused
        If a recording cannot be used.
    """
    channels = _heard(files)  # what cannot be used is told before anything takes long
    where = whisper.device_of(cast(Literal["auto", "cpu", "cuda"], device))
    model = catalog.find(name, places, language=language, device=where)
    _say("model", f"{model.name} ({model.origin}){', demo only' if model.demo else ''}")
    start = time.perf_counter()
    transcriber = whisper.load(model, where)
    whisper.one_thread()
    _say("files", _integrity(model))
    _say("engine", f"{transcriber.engine} python-{platform.python_version()}")
    _say("languages", f"{', '.join(model.languages)}; window {transcriber.longest_s:g} s")
    _say("loaded", f"and primed in {time.perf_counter() - start:.1f} s on {where}")
    speed = checks.speed(transcriber)
    _say(
        "speed",
        f"{checks.UTTERANCE_S:g} s of speech ({checks.TOKENS} tokens) cost {speed.short_s:.3f} s "
        f"of CPU in their own window, {speed.longest_s:.3f} s in the longest: real-time factor "
        f"{speed.factor:.4f} on one thread",
    )
    if channels:
        _compare(model, transcriber, channels, language)


def _integrity(model: Model) -> str:
    if model.manifest is None:
        return "a folder of your own: there is no manifest to compare it with"
    harm = manifest.damage(model.folder, model.manifest)
    if harm is not None:
        raise ModelError(f"{model.folder}: {harm}: calmline models fetch {model.name}")
    return f"all {len(model.manifest.files)} as its manifest says (SHA-256)"


def _heard(files: Sequence[Path]) -> list[list[Samples]]:
    """The utterances of each channel of some recordings."""
    channels = [checks.utterances(track) for path in files for track in _tracks(path)]
    if files and not any(channels):
        raise Refused(f"no speech is heard in {' and '.join(map(str, files))}")
    return [spoken for spoken in channels if spoken]


def _compare(
    model: Model,
    short: WhisperTranscriber,
    channels: Sequence[Sequence[Samples]],
    language: Language | None,
) -> None:
    long = whisper.load(model, short.device, short_windows=False)
    parts: list[Comparison] = []
    for spoken in channels:
        fitting = [samples for samples in spoken if len(samples) <= short.longest_s * RATE]
        known = language or _language(short, spoken)
        parts.append(checks.compare(short, long, fitting, known))
    whole = checks.together(parts)
    _say(
        "audio",
        f"{whole.utterances} utterances, {whole.audio_s:.1f} s; CPU {whole.short_s:.2f} s in short "
        f"windows, {whole.long_s:.2f} s in the longest",
    )
    _say(
        "agreement",
        f"{whole.edits} of {whole.units} words (Mandarin: characters) differ "
        f"({whole.difference:.1%}); {whole.retried} utterances sounded wrong in a short window and "
        "were heard again",
    )
    _say("verdict", _VERDICTS[whole.verdict])


def _tracks(path: Path) -> Iterator[Samples]:
    """The channels of a recording at 16 kHz."""
    try:
        with path.open("rb") as file:
            recording = Recording(file)
            try:
                sound = np.concatenate(list(recording.blocks()), axis=1)
            finally:
                recording.close()
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except AudioError as error:
        raise Refused(f"{path}: {error}") from error
    for channel in sound:
        yield double_rate(channel)


def _language(transcriber: WhisperTranscriber, spoken: Sequence[Samples]) -> Language:
    first = np.concatenate([*spoken])[: round(DETECT_S * RATE)]
    return transcriber.detect(first)[0]


def _say(what: str, text: str) -> None:
    click.echo(f"{click.style(f'{what:<10}', bold=True)} {text}")
