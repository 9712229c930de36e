"""As much of the Hugging Face hub as fetching a model needs, on a loopback socket.

It lists a repository's files (``/api/models/...?blobs=true``) and serves them with ranges, and it
can be told to break off, to send other bytes than it lists, or to answer with an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMIT = "c0ffee" + 34 * "0"
LARGE = 1_000_000
"""From this size on files are listed by SHA-256, as large ones are on the hub."""


class Hub:
    """One repository.

    Attributes
    ----------
    break_off
        Name of a file, and after how many bytes of it the connection is cut; then everything is
        answered with 503 until :attr:`break_off` is ``None`` again.
    spoiled
        Names of files that arrive with one byte changed.
    asked
        Each file that was asked for, with the first byte that was wanted.
    """

    def __init__(self, repository: str, folder: Path) -> None:
        self.repository = repository
        self.files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        self.files["README.md"] = b"not needed"
        self.break_off: tuple[str, int] | None = None
        self.spoiled: set[str] = set()
        self.asked: list[tuple[str, int]] = []
        self.down = False
        self.url = ""

    def listing(self) -> bytes:
        """What the hub says of the repository."""
        siblings = []
        for name, content in self.files.items():
            digest = sha256(content).hexdigest()
            blob = sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry = {"rfilename": name, "size": len(content), "blobId": blob}
            if len(content) >= LARGE:
                entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
            siblings.append(entry)
        return json.dumps({"id": self.repository, "sha": COMMIT, "siblings": siblings}).encode()


@contextmanager
def serve(repository: str, folder: Path) -> Iterator[Hub]:
    """Serve the files of a folder as a repository."""
    hub = Hub(repository, folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            name = path.removeprefix(f"/{repository}/resolve/{COMMIT}/")
            if hub.down:
                self.send_error(503)
            elif path == f"/api/models/{repository}":
                self._send(hub.listing())
            elif name in hub.files:
                self._file(name)
            else:
                self.send_response(404)
                if path.startswith("/api/"):
                    self.send_header("X-Error-Code", "RepoNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def _file(self, name: str) -> None:
            content = hub.files[name]
            if name in hub.spoiled:
                content = content[:-1] + bytes([content[-1] ^ 1])
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = int(wanted.group(1)) if wanted else 0
            hub.asked.append((name, start))
            end = None
            if hub.break_off is not None and hub.break_off[0] == name:
                end = hub.break_off[1]
                hub.down = True
            self._send(content, start, end)

        def _send(self, content: bytes, start: int = 0, end: int | None = None) -> None:
            self.send_response(206 if start else 200)
            if start:
                size = len(content)
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:end])

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
