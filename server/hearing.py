"""Hearing a recording: the one driver behind `calmline run`, `calmline review` and the archive.

What goes in is a value that can be sent to another process, what comes out are the events of the
call; nothing here prints, and nothing knows where the events go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from coaching.playbook import Playbook, bundled
from coaching.profiles import Profiles
from coaching.session import CallSession, CallSetup, Logged
from coaching.understanding import bundled as understanding
from voice.clock import RATE
from voice.decode import AudioInfo
from voice.events import Language, Role, SpeechStarted

from .compiled_cache import load_compiled
from .errors import Refused
from .lane.client import Lane, LaneSettings
from .lane.lockstep import Lockstep
from .lane.ports import Transcribes
from .language import heard_language
from .sources import Mask, Samples, Side, Source, open_source
from .words import WordsPlan, loader

Take = Callable[[Sequence[Logged]], object]
Advance = Callable[[float], object]
Listen = Callable[[Samples, Mask | None], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFiles:
    """A call in a recording, or in two mono ones: the caller's, then the agent's.

    Attributes
    ----------
    caller
        The caller's channel of a recording with two.
    offset_s
        Of two recordings, how much later the agent's began, in seconds.
    """

    paths: tuple[Path, ...]
    caller: Side | None = None
    offset_s: float = 0.0

    @property
    def name(self) -> str:
        """What the call is called where nobody names it."""
        return self.paths[0].stem

    @contextmanager
    def open(self) -> Iterator[Source]:
        """Open the recordings.

        Raises
        ------
        Refused
            With one line that says what is wrong with which file.
        """
        source = open_source(self.paths, self.caller, self.offset_s)
        try:
            yield source
        finally:
            source.close()

    def look(self) -> Look:
        """Read what the recordings say of themselves; raises as :meth:`open` does."""
        with self.open() as source:
            return Look(
                name=source.name,
                roles=source.roles,
                duration_s=source.duration_s,
                infos=source.infos,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What recordings say of themselves before anything is heard."""

    name: str
    roles: tuple[Role, ...]
    duration_s: float | None
    infos: tuple[AudioInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a call is heard and advised.

    Attributes
    ----------
    language
        As somebody said it; ``None`` to have it heard where there are words.
    usual
        What a call is taken for whose language nobody said and nobody could hear.
    playbook
        Own cards, whatever the language; ``None`` for those of the call's language.
    playbooks
        Own cards by language; the bundled ones otherwise.
    profiles
        Thresholds by language.
    """

    language: Language | None = None
    usual: Language = "en"
    playbook: Playbook | None = None
    playbooks: Mapping[Language, Playbook] = field(default_factory=dict)
    profiles: Profiles = field(default_factory=Profiles)
    shadow: bool = False

    def cards(self, language: Language) -> Playbook:
        """Cards for a call of that language."""
        return self.playbook or self.playbooks.get(language) or bundled(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A call that was heard to its end.

    Attributes
    ----------
    setup
        What it was heard under.
    events
        Its whole log.
    complaints
        What was wrong with a recording that could still be used.
    """

    setup: CallSetup
    events: list[Logged]
    complaints: tuple[str, ...]


def hear(
    call: CallFiles,
    how: How,
    lane: Transcribes | None,
    *,
    call_id: str,
    demo_words: bool = False,
    take: Take = lambda told: None,
    advance: Advance = lambda seconds: None,
    listen: Listen = lambda block, lost: None,
) -> Heard:
    """Hear a recording in lockstep with its words.

    Parameters
    ----------
    call
        The recording.
    how
        How it is heard.
    lane
        Transcribes; ``None`` for voice only.
    call_id
        Of the call; the lane must not have another call of that name.
    demo_words
        Whether the lane's model does not know the call.
    take
        Is given the events as they become known.
    advance
        Is told how many more seconds of sound were heard.
    listen
        Is given every block of the recording, with what no file held, before it is heard.

    Raises
    ------
    Refused
        If the recording cannot be used, or nobody speaks in it.
    """
    language = how.language or _detected(call, lane) or how.usual
    events: list[Logged] = []
    with call.open() as source:
        setup = CallSetup(
            call_id=call_id,
            roles=source.roles,
            language=language,
            playbook=how.cards(language),
            thresholds=how.profiles.of(language),
            words=lane is not None,
            demo_words=demo_words,
            shadow=how.shadow,
            understanding=understanding(language) if lane is not None else None,
        )
        for told in _told(source, setup, lane, how.language, advance, listen):
            take(told)
            events += told
        complaints = tuple(source.complaints)
    if not any(isinstance(logged.event, SpeechStarted) for logged in events):
        names = " and ".join(str(path) for path in call.paths)
        raise Refused(f"{names}: no speech is heard in it: is it the right recording?")
    return Heard(setup=setup, events=events, complaints=complaints)


@contextmanager
def lane_for(words: WordsPlan) -> Iterator[Lane | None]:
    """What writes the words of recordings down; ``None`` for voice only.

    Raises
    ------
    server.lane.client.LaneError
        If the model cannot be loaded.
    """
    if words.model is None:
        yield None
        return
    # nothing live is disturbed, and nobody asks how fast it is
    with Lane(loader(words.model), LaneSettings(nice=0, measure_s=0)) as lane:
        yield lane


def _told(
    source: Source,
    setup: CallSetup,
    lane: Transcribes | None,
    said: Language | None,
    advance: Advance,
    listen: Listen,
) -> Iterator[list[Logged]]:
    load_compiled()
    session = CallSession(setup)
    driver: CallSession | Lockstep = session
    if lane is not None:
        driver = Lockstep(
            session,
            lane,
            call_id=setup.call_id,
            language=said,
            hotwords=" ".join(setup.playbook.hotwords) or None,
        )
    for block, lost in source.blocks():
        listen(block, lost)
        yield driver.feed(block, lost)
        advance(block.shape[1] / RATE)
    yield driver.finish()


def _detected(call: CallFiles, lane: Transcribes | None) -> Language | None:
    """The language that is heard, where there is a model to hear it."""
    if lane is None:
        return None
    with call.open() as source:
        return cast("Language | None", heard_language(source, lane))
