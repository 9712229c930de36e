"""What new calls are coached by: cards and thresholds, read from files again when they change.

A server polls the files (no library for it would save more than these lines, and polling also sees
what is mounted from elsewhere). A change counts once two looks in a row find the same files; then
all are read and checked. New calls are coached by what was read, calls that go on keep what they
began with, and files that are broken change nothing but one log line and ``/readyz``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from coaching.playbook import Playbook
from coaching.profiles import Profiles
from voice.events import Language

from .errors import Refused
from .run import read_playbook, read_profiles

EVERY_S = 1.0
log = logging.getLogger("calmline.rules")

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of every file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Cards and thresholds; never changed, only replaced.

    Attributes
    ----------
    playbooks
        Own cards by language; the bundled ones otherwise.
    profiles
        Thresholds by language.
    """

    playbooks: Mapping[Language, Playbook] = field(default_factory=dict)
    profiles: Profiles = field(default_factory=Profiles)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """Where rules are read from.

    Attributes
    ----------
    playbooks
        A file or folder a language.
    thresholds
        A TOML file; ``None`` for the defaults.
    """

    playbooks: tuple[Path, ...] = ()
    thresholds: Path | None = None

    def read(self) -> Rules:
        """Read and check all of them.

        Raises
        ------
        Refused
            If one is wrong, or two playbooks are of one language.
        """
        books: dict[Language, Playbook] = {}
        for path in self.playbooks:
            book = read_playbook(path)
            assert book is not None  # there is a path
            if book.language in books:
                raise Refused(f"{path}: there are two playbooks in {book.language}")
            books[book.language] = book
        return Rules(playbooks=books, profiles=read_profiles(self.thresholds))

    def stamp(self) -> Stamp:
        """Tell what would have changed if a file had; what is not there counts as nothing."""
        return tuple(self._stamps())

    def _stamps(self) -> Iterator[tuple[str, int, int]]:
        for path in (*self.playbooks, *([self.thresholds] if self.thresholds else [])):
            for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
                try:
                    found = file.stat()
                except OSError:
                    continue
                yield str(file), found.st_mtime_ns, found.st_size


class RuleWatch:
    """Looks after the files of rules, on a thread of its own; a context manager.

    Parameters
    ----------
    files
        Where they are.
    use
        Called with new rules.
    refuse
        Called with what is wrong with the files, and with ``None`` once nothing is any more.
    every_s
        How often to look.
    """

    def __init__(
        self,
        files: RuleFiles,
        use: Callable[[Rules], None],
        refuse: Callable[[str | None], None],
        every_s: float = EVERY_S,
    ) -> None:
        self._files = files
        self._use, self._refuse = use, refuse
        self._every_s = every_s
        self._read = self._last = files.stamp()
        self._broken = False
        self._stop = Event()
        self._thread = Thread(target=self._run, name="rules", daemon=True)

    def __enter__(self) -> RuleWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Look once."""
        stamp = self._files.stamp()
        settled, self._last = stamp == self._last, stamp
        if not settled or stamp == self._read:
            return
        self._read = stamp
        try:
            rules = self._files.read()
        except Refused as error:
            log.error("new calls keep the old rules: %s", error)
            self._broken = True
            self._refuse(str(error))
            return
        self._use(rules)
        if self._broken:
            self._broken = False
            self._refuse(None)
        log.info("new calls are coached by the rules as they are on disk now")

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self.look()
            except Exception as error:  # the files are the user's: nothing of them ends the watch
                log.error("the files of rules cannot be watched: %s", type(error).__name__)
