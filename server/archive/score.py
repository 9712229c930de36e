"""One recording to rows: the function that every engine runs, the same on one machine or many."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import extract_tb

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from models import catalog, whisper
from models.errors import ModelError

from ..compiled_cache import load_compiled
from ..errors import Refused
from ..hearing import CallFiles, How, hear
from ..models_cli import places
from ..words import plan
from .at_hand import AtHand
from .quality import QualityMeter
from .rows import Context, rows_of
from .tasks import Scored, Settings, Task, failed

LISTEN = "listen to it: repair it, or take it out of the source"

_settings: Settings | None = None


def prepare(settings: Settings) -> None:
    """Make this process a worker: load its models, and keep each library to one thread.

    Raises
    ------
    models.errors.ModelError
        If there is no such model, or it cannot be loaded.
    """
    global _settings
    _settings = settings
    if settings.words:
        model = catalog.find(settings.model, places(), language=settings.language)
        if not model.demo or settings.demo_words:
            whisper.load(model)
    load_compiled()
    # a call that nobody makes: libraries and phrases are loaded once, not in somebody's time
    language = settings.language or (settings.playbook.language if settings.playbook else "en")
    CallSession(
        CallSetup(
            call_id="",
            roles=("caller", "agent"),
            language=language,
            playbook=settings.playbook or bundled(language),
            thresholds=settings.profiles.of(language),
        )
    )
    whisper.one_thread()


def score_recording(task: Task) -> Scored:
    """Score one call. :func:`prepare` must have been called in this process.

    What is wrong with a recording is part of the answer; nothing is raised for it.
    """
    assert _settings is not None, "this process was not prepared"
    begun = time.monotonic(), time.process_time()
    try:
        with brought(task, _settings.scratch) as paths:
            try:
                return _scored(task, paths, _settings, begun)
            except Refused as error:
                return failed(task, _without(error.message, paths), LISTEN)
    except ModelError as error:
        return failed(task, str(error), "choose another --model, or a --language that it knows")
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or type(error).__name__})"
        return failed(task, reason, "see whether it is there and may be read", again=True)
    except Exception as error:
        # nothing of its text, which might hold what was said
        last = extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        return failed(task, reason, "report it, with the recording if you may", again=True)


def _scored(
    task: Task, paths: tuple[Path, ...], settings: Settings, begun: tuple[float, float]
) -> Scored:
    language = task.told.language or settings.language
    words = plan(
        settings.model,
        paths,
        places(),
        language=language,
        wanted=settings.words,
        forced=settings.demo_words,
    )
    transcriber = whisper.load(words.model) if words.model is not None else None
    caller = (task.told.caller or settings.caller) if len(paths) == 1 else None
    files = CallFiles(paths=paths, caller=caller)
    look = files.look()
    meter = QualityMeter(look.roles)
    heard = hear(
        files,
        How(
            language=language,
            usual=settings.playbook.language if settings.playbook else "en",
            playbook=settings.playbook,
            profiles=settings.profiles,
        ),
        AtHand(transcriber) if transcriber is not None else None,
        call_id=task.call_id,
        demo_words=words.demo,
        listen=meter.feed,
    )
    complaints = "; ".join(_without(complaint, paths) for complaint in heard.complaints)
    context = Context(
        task=task,
        setup=heard.setup,
        infos=look.infos,
        complaint=complaints or None,
        quality=meter.of(logged.event for logged in heard.events),
        model=transcriber.engine if transcriber is not None else None,
        run_id=settings.run_id,
    )
    rows = rows_of(heard.events, context)
    return Scored(
        task=task,
        call=rows.call,
        windows=rows.windows,
        events=rows.events,
        audio_s=context.quality.duration_s,
        wall_s=time.monotonic() - begun[0],
        work_s=time.process_time() - begun[1],
    )


@contextmanager
def brought(task: Task, scratch: str | None) -> Iterator[tuple[Path, ...]]:
    """Give the recordings as files: what lies in an object store is brought, and taken away again.

    Parameters
    ----------
    task
        The call.
    scratch
        Where to; ``None`` for the system's folder of temporary files.
    """
    if not any("://" in address for address in task.addresses):
        yield tuple(Path(address) for address in task.addresses)
        return
    import fsspec

    with TemporaryDirectory(prefix="calmline-", dir=scratch, ignore_cleanup_errors=True) as folder:
        found = []
        for number, address in enumerate(task.addresses):
            system, path = fsspec.url_to_fs(address)
            here = Path(folder) / f"{number}{Path(path).suffix}"
            system.get_file(path, str(here))
            found.append(here)
        yield tuple(found)


def _without(text: str, paths: tuple[Path, ...]) -> str:
    """A complaint without the paths before it, which are others on each machine."""
    for path in (" and ".join(map(str, paths)), *map(str, paths)):
        text = text.removeprefix(f"{path}: ")
    return text
