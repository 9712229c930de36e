"""How the caller wants to be called, and whether the agent keeps to it."""

from __future__ import annotations

import re

_TITLES = "先生|女士|小姐|总|老师|医生|经理|工|姐|哥|阿姨|叔"
_WISH_EN = re.compile(
    r"\b[Cc]all me (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|I\b)"
    r"((?:Mrs?|Ms|Miss|Dr)\.? [A-Z]\w+|[A-Z]\w+)"
)
_WISH_ZH = re.compile(rf"(?:叫|称呼)我([\u4e00-\u9fff]{{1,3}}?(?:{_TITLES}))")
_USED_EN = re.compile(r"\b((?:Mrs?|Ms|Miss|Dr)\.? [A-Z]\w+|[Ss]ir|[Mm]a'?am|[Mm]adam)\b")
_USED_ZH = re.compile(rf"([\u4e00-\u9fff])(?:{_TITLES})")


class Address:
    """The form of address of one call."""

    def __init__(self) -> None:
        self._wish: str | None = None

    def caller(self, text: str) -> None:
        """Take the caller's words."""
        found = _WISH_EN.search(text) or _WISH_ZH.search(text)
        if found is not None:
            self._wish = found.group(1)

    def ignored(self, text: str) -> str | None:
        """Give how the agent called the caller, if it is not what they asked for."""
        if self._wish is None:
            return None
        for found in _USED_EN.finditer(text):
            if found.group(1).replace(".", "") != self._wish.replace(".", ""):
                return found.group(1)
        for found in _USED_ZH.finditer(text):
            # only their own name in another form; a colleague has another name
            if found.group(1) == self._wish[0] and found.group(0) != self._wish:
                return found.group(0)
        return None
