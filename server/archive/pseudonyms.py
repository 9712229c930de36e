"""Pseudonyms: the same person has the same name in every run, and nobody can guess whose it is.

A plain hash would not do: a centre has a few hundred agents, and hashing a list of their names
takes no time. So the hash is keyed, and the key lies in the archive's folder. Whoever hands the
datasets on leaves that file out; who deletes it can never tell again, and neither can we.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from ..errors import Refused
from .files import write_whole

KEY_FILE = "pseudonyms.key"
KEY_BYTES = 32


class Pseudonyms:
    """Names for agents and recordings."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def agent(self, name: str) -> str:
        """Give the pseudonym of an agent, whatever the case and spaces of the name."""
        return "agent-" + self._digest("agent", " ".join(name.casefold().split()))[:10]

    def path(self, address: str) -> str:
        """Give what stands for a recording: 32 hex digits."""
        return self._digest("path", address)[:32]

    def _digest(self, kind: str, text: str) -> str:
        return hmac.new(self._key, f"{kind}\0{text}".encode(), "sha256").hexdigest()


def open_pseudonyms(folder: Path) -> Pseudonyms:
    """Read an archive's key, or make it.

    Raises
    ------
    Refused
        If the file holds no key, or there is none although calls were scored under one.
    """
    file = folder / KEY_FILE
    if not file.exists():
        if any(folder.glob("calls/*.parquet")):
            raise Refused(
                f"{file}: it is missing, and without it neither agents nor recordings of this "
                "archive can be told again: put it back, or begin another archive"
            )
        write_whole(file, secrets.token_hex(KEY_BYTES) + "\n", mode=0o600)
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except ValueError:
        key = b""
    except OSError as error:
        raise Refused(f"{file}: {(os.strerror(error.errno or 0)).lower()}") from error
    if len(key) != KEY_BYTES:
        raise Refused(f"{file}: it holds no key")
    return Pseudonyms(key)
