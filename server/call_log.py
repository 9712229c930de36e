"""Where the facts of a call are read from: a log file, a store, or a server that keeps it."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from voice.events import Fact

from .errors import Refused
from .wire import read_log

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The facts of one call.

    Attributes
    ----------
    call_id
        Seeds the holdout when advice is given again.
    facts
        In log order.
    playbook
        Version of the cards that the call was coached by, where that is known.
    """

    call_id: str
    facts: list[Fact]
    playbook: str | None = None


def read_call(call: str, store: str | None = None, token: str | None = None) -> CallFacts:
    """Read the facts of a call.

    Parameters
    ----------
    call
        Its id in the store; without a store the path of its log.
    store
        Address of a database (``sqlite:///...``, ``postgresql://...``) or of a server
        (``http://...``).
    token
        The server's.

    Raises
    ------
    Refused
        If there is no such call, or what is there cannot be read.
    """
    if store is None:
        return _of_file(Path(call))
    if store.startswith(("http://", "https://")):
        return _of_server(call, store, token)
    return _of_store(call, store)


def _of_file(path: Path) -> CallFacts:
    try:
        with path.open(encoding="utf-8") as file:
            return CallFacts(path.stem, _facts(file, str(path)))
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: it is not text in UTF-8") from error


def _of_store(call_id: str, url: str) -> CallFacts:
    from .store.errors import StoreError
    from .store.store import Store

    file = url.removeprefix("sqlite:///")
    if file != url and not Path(file).is_file():
        raise Refused(f"{file}: there is no database")  # opening it would make one
    try:
        store = Store(url)
        try:
            row = store.call(call_id)
            rows = [event.body for event in store.events(call_id)]
        finally:
            store.close()
    except StoreError as error:
        raise Refused(str(error)) from error
    if row is None:
        raise Refused(f"there is no call {call_id} in the store")
    return CallFacts(call_id, _facts(rows, call_id), row.playbook)


def _of_server(call_id: str, url: str, token: str | None) -> CallFacts:
    base = f"{url.rstrip('/')}/v1/calls/{urllib.parse.quote(call_id, safe='')}"
    row = json.loads(_fetched(base, call_id, token))
    lines = _fetched(f"{base}/log", call_id, token).splitlines()
    return CallFacts(call_id, _facts(lines, call_id), row.get("playbook"))


def _fetched(url: str, call_id: str, token: str | None) -> str:
    request = urllib.request.Request(url)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        error.close()
        reasons = {404: f"there is no call {call_id} on the server", 401: "the token is wrong"}
        raise Refused(reasons.get(error.code, f"{url}: {error.code} {error.reason}")) from error
    except (OSError, ValueError) as error:
        raise Refused(f"{url}: {error}") from error


def _facts(lines: Iterable[str], where: str) -> list[Fact]:
    try:
        events = [logged.event for logged in read_log(lines)]
    except ValueError as error:
        raise Refused(f"{where}: {error}") from error
    return [event for event in events if isinstance(event, Fact)]
