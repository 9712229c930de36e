"""Checks of what Calmline is made of: Python, packages, models, sound."""

from __future__ import annotations

import platform
import sys
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..compiled_cache import VARIABLE, kept_for_good, load_compiled
from .findings import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PYTHON = (3, 11)
TONE_HZ = 220.0
TONE_S = 1.0
KEEP = f"let {VARIABLE} name a folder that can be written"


def python() -> Finding:
    """Python, which must be new enough."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < PYTHON:
        return Finding(status="fail", found=found, advice="install Python 3.11 or later")
    return Finding(status="ok", found=found)


def requirements() -> list[tuple[str, str]]:
    """What Calmline says that it needs: names, and the versions that will do."""
    from importlib.metadata import requires

    from packaging.requirements import Requirement

    found = [Requirement(text) for text in requires("calmline") or ()]
    here = [one for one in found if one.marker is None or one.marker.evaluate({"extra": ""})]
    return [(one.name, str(one.specifier)) for one in here]


def dependency(name: str, wanted: str) -> Finding:
    """A package: there, new enough, and fit to be loaded."""
    from importlib import import_module
    from importlib.metadata import PackageNotFoundError, packages_distributions, version

    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name

    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(status="fail", found="it is missing", advice=f'pip install "{name}{wanted}"')
    if not SpecifierSet(wanted).contains(found, prereleases=True):
        return Finding(
            status="fail", found=f"{found} is not {wanted}", advice=f'pip install "{name}{wanted}"'
        )
    modules = [
        module
        for module, distributions in packages_distributions().items()
        if canonicalize_name(name) in map(canonicalize_name, distributions)
        and module.isidentifier()
        and not module.startswith("_")
    ]
    # what lies beside the one of its name may be for those who have more installed
    of_its_name = [module for module in modules if canonicalize_name(module) == name]
    for module in of_its_name or modules:
        import_module(module)
    return Finding(status="ok", found=found)


def bundled_model() -> Finding:
    """The bundled model: whole, fit to be loaded, and how fast."""
    from models import catalog, check, manifest, whisper

    from ..models_cli import places

    model = next((one for one in catalog.present(places()) if one.demo), None)
    if model is None:
        return Finding(status="fail", found="it is missing", advice="install again: make install")
    transcriber = whisper.load(model, "cpu")
    if model.manifest is not None and (harm := manifest.damage(model.folder, model.manifest)):
        return Finding(status="fail", found=harm, advice=f"remove {model.folder}")
    factor = check.speed(transcriber).factor
    return Finding(
        status="ok",
        found=f"{model.name}, {model.bytes / 1e6:.0f} MB, real-time factor {factor:.3f}",
    )


def fetched_models() -> Finding:
    """Models that know more than the bundled calls."""
    from models import catalog

    from ..models_cli import places

    names = [model.name for model in catalog.present(places()) if not model.demo]
    if not names:
        return Finding(
            status="warn",
            found="none: your own calls are coached by the voice only",
            advice="calmline models fetch small",
        )
    return Finding(status="ok", found=", ".join(names))


def decoding(codec: str, container: str) -> Finding:
    """A recording of that kind, from which a tone must come back."""
    import numpy as np

    from voice.clock import RATE
    from voice.decode import Recording

    sound = np.concatenate(list(Recording(_recorded(codec, container, 48000)).blocks()), axis=1)[0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    heard_hz = float(np.argmax(spectrum)) * RATE / len(sound)
    length_s = len(sound) / RATE
    found = f"a tone of {TONE_HZ:.0f} Hz came back as {heard_hz:.0f} Hz, {length_s:.2f} s of it"
    if abs(heard_hz - TONE_HZ) > 2.0 or abs(length_s - TONE_S) > 0.05:
        return Finding(status="fail", found=found, advice="pip install --force-reinstall av soxr")
    return Finding(status="ok", found=found)


def voice_activity() -> Finding:
    """Silero's model, which must tell speech from noise."""
    import numpy as np

    from voice.clock import RATE
    from voice.decode import Recording
    from voice.vad import SPEECH, Vad

    from ..bundled import SAMPLES, USUAL

    with (SAMPLES / f"{USUAL}.wav").open("rb") as file:
        sound = np.concatenate(list(Recording(file).blocks()), axis=1)[:, : 20 * RATE].max(axis=0)
    noise = np.random.default_rng(0).normal(0, 0.003, len(sound)).astype(np.float32)
    both = np.stack([sound, noise])
    heard = Vad(tracks=2).feed(both, np.zeros(both.shape, np.bool_)) > SPEECH
    speech, silence = heard.mean(axis=1)
    found = f"speech in {speech:.0%} of a call, in {silence:.0%} of noise"
    if speech < 0.3 or silence > 0.1:
        return Finding(status="fail", found=found, advice="pip install faster-whisper==1.2.1")
    return Finding(status="ok", found=found)


def pitch() -> Finding:
    """The tracker of librosa; the first time numba compiles it, for all the next times."""
    import numpy as np

    from voice.precise import contour

    tone = _tone(8000)
    start = time.perf_counter()
    load_compiled(precise=True)
    contour(tone)
    middle = time.perf_counter()
    f0_hz = contour(tone).f0_hz
    end = time.perf_counter()
    heard_hz = float(np.nanmedian(f0_hz))
    found = f"{heard_hz:.1f} Hz; ready after {middle - start:.1f} s, then {end - middle:.2f} s"
    if abs(12 * np.log2(heard_hz / TONE_HZ)) > 0.2:
        return Finding(status="fail", found=found, advice="pip install --force-reinstall librosa")
    if not kept_for_good():
        return Finding(status="warn", found=f"{found}, at each start anew", advice=KEEP)
    return Finding(status="ok", found=found)


def _tone(rate: int) -> NDArray[np.float32]:
    import numpy as np

    at_s = np.arange(round(TONE_S * rate)) / rate
    # a few harmonics, as a voice has
    waves = [np.sin(2 * np.pi * TONE_HZ * k * at_s) / k for k in range(1, 6)]
    tone: NDArray[np.float32] = (0.2 * np.sum(waves, axis=0)).astype(np.float32)
    return tone


def _recorded(codec: str, container: str, rate: int) -> BytesIO:
    """A tone in a recording of that kind."""
    import av
    import numpy as np

    file = BytesIO()
    sound = np.round(_tone(rate)[np.newaxis] * 32767).astype(np.int16)
    with av.open(file, "w", format=container) as recording:
        stream: Any = recording.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format.name,
            layout="mono",
            rate=rate,
            frame_size=stream.codec_context.frame_size or None,
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            recording.mux(stream.encode(part))
        recording.mux(stream.encode(None))
    file.seek(0)
    return file
