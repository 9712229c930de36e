"""Thresholds by language: a file's settings, and what differs in one language or region.

Where people complain indirectly, words of objection and short answers weigh more; a profile says so
in numbers, in the same TOML file::

    cue_gap_s = 60

    [language.zh]
    stage_dissatisfied = 1.5
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .thresholds import ThresholdError, Thresholds

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SECTION = "language"


@dataclass(frozen=True, slots=True)
class Profiles:
    """Thresholds by language tag.

    Attributes
    ----------
    base
        For languages without a profile.
    by_tag
        Whole tables: the base with a profile laid over it.
    """

    base: Thresholds = field(default_factory=Thresholds)
    by_tag: Mapping[str, Thresholds] = field(default_factory=dict)

    def of(self, tag: str | None) -> Thresholds:
        """Give what counts for a language: of its tag, or of the nearest shorter one.

        Examples
        --------
        >>> profiles = Profiles.from_toml("[language.zh]" + chr(10) + "cue_gap_s = 60")
        >>> profiles.of("zh-TW").cue_gap_s, profiles.of("en").cue_gap_s
        (60, 45)
        """
        while tag:
            if (found := self.by_tag.get(tag)) is not None:
                return found
            tag = tag.rpartition("-")[0]
        return self.base

    @classmethod
    def from_toml(cls, text: str) -> Profiles:
        """Read a thresholds file with its profiles, if it has any.

        Raises
        ------
        ThresholdError
            With one line that names the profile and the key.
        """
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ThresholdError(f"thresholds: not TOML: {error}") from None
        profiles = values.pop(SECTION, {})
        if not isinstance(profiles, dict):
            raise ThresholdError(f"{SECTION}: is for tables such as [{SECTION}.zh]")
        base = Thresholds.of(values)
        by_tag: dict[str, Thresholds] = {}
        for tag, over in sorted(profiles.items(), key=lambda item: len(item[0])):
            if not isinstance(over, dict) or not _TAG.fullmatch(tag):
                raise ThresholdError(f"{SECTION}.{tag}: is no table of a language tag (zh, en-GB)")
            try:
                near = cls(base, by_tag).of(tag)
                by_tag[tag] = Thresholds.of(over, over=near)
            except ThresholdError as error:
                raise ThresholdError(f"{SECTION}.{tag}: {error}") from None
        return cls(base, by_tag)
