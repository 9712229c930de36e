"""A server as its users run it: a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.conftest import ROOT

PATIENCE_S = 60.0
_ADDRESS = re.compile(r"(ws|http)://[\w.:\[\]]+")


class ServerProcess:
    """``calmline serve`` on free ports.

    Attributes
    ----------
    media_url, web_url
        Where it listens.
    """

    module = "server.cli"

    def __init__(self, data: Path, *options: str) -> None:
        command = [sys.executable, "-m", self.module, "serve", "--data", str(data)]
        command += ["--media-port", "0", "--web-port", "0", *options]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.PIPE, text=True
        )
        self.told: list[str] = []
        found: dict[str, str] = {}
        while len(found) < 2:
            line = self._line()
            self.told.append(line)
            if (match := _ADDRESS.search(line)) is not None:
                found[match[1]] = match[0]
        self.media_url, self.web_url = found["ws"], found["http"]
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def terminate(self) -> int:
        """Ask it to stop; its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_S)

    def interrupt(self) -> int:
        """Press Ctrl-C; its exit status."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE_S)

    @property
    def output(self) -> str:
        """What it has printed, once it is gone."""
        self._reader.join(PATIENCE_S)
        return "".join(self.told)

    def _line(self) -> str:
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        assert line, "".join(self.told)  # it died
        return line

    def _read(self) -> None:
        assert self._process.stderr is not None
        self.told += self._process.stderr

    def close(self) -> None:
        """Make sure that it is gone."""
        if self._process.poll() is None:
            self.kill()
        self._reader.join(PATIENCE_S)
        assert self._process.stderr is not None
        self._process.stderr.close()


@contextmanager
def server_process(data: Path, *options: str) -> Iterator[ServerProcess]:
    """Run a server."""
    server = ServerProcess(data, *options)
    try:
        yield server
    finally:
        server.close()
