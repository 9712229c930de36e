"""Short names for the settings under which a call ran, so that a result can be traced to them."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict
from hashlib import sha256

from coaching.playbook import Playbook
from coaching.thresholds import Thresholds

_DIGITS = 12
_lately: deque[tuple[Playbook, str]] = deque(maxlen=4)
"""A whole playbook takes as long as seconds of a call, and every call asks for the same."""


def playbook_version(playbook: Playbook) -> str:
    """Give language and checksum of a playbook; that of one asked for lately is at hand."""
    for known, version in tuple(_lately):
        if known is playbook:
            return version
    version = f"{playbook.language}-{_checksum(asdict(playbook))}"
    _lately.append((playbook, version))
    return version


def thresholds_version(thresholds: Thresholds) -> str:
    """Give the checksum of all thresholds."""
    return _checksum(asdict(thresholds))


def _checksum(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:_DIGITS]
