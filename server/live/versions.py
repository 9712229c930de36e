"""Short names for the settings under which a call ran, so that a result can be traced to them."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from coaching.playbook import Playbook
from coaching.thresholds import Thresholds

_DIGITS = 12


def playbook_version(playbook: Playbook) -> str:
    """Give language and checksum of a playbook."""
    return f"{playbook.language}-{_checksum(asdict(playbook))}"


def thresholds_version(thresholds: Thresholds) -> str:
    """Give the checksum of all thresholds."""
    return _checksum(asdict(thresholds))


def _checksum(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:_DIGITS]
