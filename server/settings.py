"""What a server needs to know before it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from coaching.review import Form
from voice.events import Language

from .errors import Refused
from .loopback import is_loopback
from .rules import RuleFiles, Rules

MEDIA_PORT = 8701
WEB_PORT = 8702
DATABASE = "calls.db"
RECORDINGS = "recordings"
UPLOADS = "uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """How a server runs.

    Attributes
    ----------
    host
        Where to listen.
    media_port, web_port
        Of the media plane and of the control plane; 0 for any that is free.
    token
        Who comes must show it; may only be ``None`` on loopback.
    data
        Folder of the database and the recordings.
    store
        Address of the database; a file in ``data`` if ``None``.
    language
        Of a call whose source does not say; also that of the console, at first.
    rules, shadow, holdout, most_calls
        See :class:`server.live.floor.FloorSettings`.
    rule_files
        Where rules came from, to be read again when they change.
    forms
        Own forms of the scorecard by language; the bundled ones otherwise.
    voice_processes
        Processes that analyse calls; 0 for threads of the server's own.
    consent
        ``required``: nothing is heard or stored before the caller has been told.
    model
        Speech model: a name, a folder or ``auto``; ``None`` for voice only.
    demo_words
        Transcribe by the bundled model even calls that it does not know.
    record
        Whether to keep the sound of calls.
    hosts, origins, frame_ancestors
        See :class:`server.web.settings.WebSettings`.
    archive
        Folder of an archive whose dashboard the console shows, at ``/archive``.
    drain_s
        How long calls may take to end when the server goes down.
    """

    host: str = "127.0.0.1"
    media_port: int = MEDIA_PORT
    web_port: int = WEB_PORT
    token: str | None = None
    data: Path
    store: str | None = None
    language: Language = "en"
    rules: Rules = field(default_factory=Rules)
    forms: dict[Language, Form] = field(default_factory=dict)
    rule_files: RuleFiles = field(default_factory=RuleFiles)
    shadow: bool = False
    holdout: float = 0.0
    most_calls: int = 500
    voice_processes: int = 0
    consent: Literal["required", "off"] = "required"
    model: str | None = "auto"
    demo_words: bool = False
    record: bool = False
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    frame_ancestors: tuple[str, ...] = ()
    archive: Path | None = None
    drain_s: float = 20.0

    def __post_init__(self) -> None:
        if self.token is None and not is_loopback(self.host):
            raise Refused(
                f"--host {self.host}: whoever reaches it could listen in; give a token "
                "(--token, or CALMLINE_TOKEN)"
            )

    @property
    def store_url(self) -> str:
        """Address of the database."""
        return self.store or f"sqlite:///{self.data / DATABASE}"

    @property
    def store_shown(self) -> str:
        """The same without its password."""
        return re.sub(r"//([^:/@]*):[^@]*@", r"//\1:***@", self.store_url)
