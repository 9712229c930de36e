"""How every call is analysed, and the making of what analyses one.

It is the same in the server's own process and in a voice process, which is sent it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, get_args

from coaching.playbook import Playbook, bundled
from coaching.session import CallSession, CallSetup
from coaching.understanding import bundled as understanding
from voice.events import Language

from ..compiled_cache import load_compiled
from ..lane.ports import Transcribing
from ..rules import Rules
from .call import LiveCall
from .gate import Gate
from .opening import Opening, WordsPolicy
from .recorder import Recorder
from .telling import Telling
from .versions import playbook_version
from .words import LiveWords

To = TypeVar("To", bound=Telling)
LANGUAGES: tuple[Language, ...] = get_args(Language)
log = logging.getLogger("calmline.live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """How calls are analysed; values only, so that it can be sent to another process.

    Attributes
    ----------
    language
        Of a call whose source does not say.
    rules
        Cards and thresholds.
    consent_required
        Whether nothing is heard or stored before the caller has been told.
    recordings
        Folder for the sound of calls; ``None`` to keep none.
    shadow, holdout
        See :class:`coaching.coach.Coach`.
    """

    language: Language = "en"
    rules: Rules = field(default_factory=Rules)
    consent_required: bool = False
    recordings: Path | None = None
    shadow: bool = False
    holdout: float = 0.0

    def with_cards(self) -> Analysis:
        """Give the same with the cards of every language in it.

        Reading YAML takes a good half second a language: it is done once, before the first call,
        and the other processes are sent what was read.
        """
        books = {language: self._playbook(language) for language in LANGUAGES}
        for playbook in books.values():
            playbook_version(playbook)  # from now on at hand
        return replace(self, rules=replace(self.rules, playbooks=books))

    def cards(self, opening: Opening) -> tuple[Language, Playbook]:
        """Give a call's language and its playbook."""
        language = opening.language or self.language
        return language, self._playbook(language)

    def warm(self, *, words: bool) -> None:
        """Load what the first call, with words or without, would otherwise wait for."""
        load_compiled()
        opening = Opening(call_id="-", roles=("caller", "agent"))
        self._session(opening, WordsPolicy(words=False))
        for language in LANGUAGES if words else ():
            understanding(language)
            playbook = self._playbook(language)
            # hundreds of patterns are compiled for these: a third of a second a language
            _ = playbook.caller_finder, playbook.agent_finder

    def call(
        self,
        opening: Opening,
        policy: WordsPolicy,
        outlet: To,
        lane: Transcribing | None,
        *,
        schedule: Callable[[LiveCall[To]], None],
        transferred: Callable[[str], None],
        ended: Callable[[LiveCall[To]], None],
    ) -> LiveCall[To]:
        """Make a call, and open its log if it may be stored; the rest as for :class:`LiveCall`.

        Parameters
        ----------
        lane
            Needed where ``policy`` wants words.
        """
        session = self._session(opening, policy)
        gate = Gate(required=self.consent_required, consent=opening.consent)
        call = LiveCall(
            opening,
            session,
            gate=gate,
            outlet=outlet,
            record=lambda: self._recorder(opening),
            schedule=schedule,
            transferred=transferred,
            ended=ended,
        )
        if policy.words and lane is not None:
            _, playbook = self.cards(opening)
            call.transcribe(
                LiveWords(
                    session,
                    lane,
                    call_id=opening.call_id,
                    language=opening.language,
                    hotwords=" ".join(playbook.hotwords) or None,
                    early=opening.pacing == "realtime",
                    arrived=call.poke,
                )
            )
        if not gate.waits:
            outlet.open()
        return call

    def _playbook(self, language: Language) -> Playbook:
        return self.rules.playbooks.get(language) or bundled(language)

    def _session(self, opening: Opening, policy: WordsPolicy) -> CallSession:
        language, playbook = self.cards(opening)
        return CallSession(
            CallSetup(
                call_id=opening.call_id,
                roles=opening.roles,
                language=language,
                playbook=playbook,
                thresholds=self.rules.profiles.of(language),
                words=policy.words,
                demo_words=policy.demo,
                shadow=self.shadow,
                holdout=self.holdout,
                understanding=understanding(language) if policy.words else None,
            )
        )

    def _recorder(self, opening: Opening) -> Recorder | None:
        if self.recordings is None or opening.ephemeral:
            return None
        try:
            return Recorder(self.recordings / f"{opening.call_id}.wav", len(opening.roles))
        except OSError as error:
            log.error("call %s is not recorded: %s", opening.call_id, error.strerror)
            return None
