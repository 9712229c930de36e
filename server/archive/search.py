"""``calmline search``: where something was said, in any call of an archive."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from voice.writing import HAN

from ..errors import Refused
from .search_index import BETWEEN, open_index
from .segments import words

OPEN, CLOSE = "\u2068", "\u2069"
"""Stand before and behind what was found in a snippet: signs that nobody says."""
SNIPPET_WORDS = 24
_RANK = "bm25(said, 1.0, 0.3)"
"""A run of characters is worth less than a word."""
_HAN = re.compile(f"[{HAN}]")
_PART = re.compile(r'"([^"]*)"|([^"\s]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An utterance that was found.

    Attributes
    ----------
    at_s
        When it begins, in seconds of the call.
    text
        Its words around what was found.
    found
        Where in ``text`` that is: from, to.
    score
        BM25; higher is better.
    """

    call_id: str
    at_s: float
    role: str
    text: str
    found: tuple[tuple[int, int], ...]
    score: float
    kinds: tuple[str, ...]


def search(
    folder: Path, query: str, *, kind: str | None = None, role: str | None = None, most: int = 20
) -> list[Hit]:
    """Find utterances with all words of a query, the best first.

    Parameters
    ----------
    folder
        Of the archive.
    query
        Words, in any form and order; what stands in double quotes stands so in the utterance.
    kind
        Only calls in which this objection was heard.
    role
        Only what the caller said, or the agent.

    Raises
    ------
    Refused
        If there is no archive, or there is no word in the query.
    """
    expression = fts_expression(query)
    if not expression:
        raise Refused(f"{query!r}: there is no word in it to look for")
    sql = (
        f"SELECT call_id, at_s, role, snippet(said, -1, ?, ?, '…', ?), -{_RANK} FROM said"
        " WHERE said MATCH ?"
    )
    values: list[object] = [OPEN, CLOSE, SNIPPET_WORDS, expression]
    if kind is not None:
        sql += " AND call_id IN (SELECT call_id FROM kind WHERE kind = ?)"
        values.append(kind)
    if role is not None:
        sql += " AND role = ?"
        values.append(role)
    sql += f" ORDER BY {_RANK}, call_id, at_s LIMIT ?"
    with closing(open_index(folder)) as index:
        rows = index.execute(sql, [*values, most]).fetchall()
        return [
            Hit(
                call_id=call_id,
                at_s=at_s,
                role=role_,
                text=text,
                found=found,
                score=round(score, 3),
                kinds=tuple(
                    row[0]
                    for row in index.execute(
                        "SELECT kind FROM kind WHERE call_id = ? ORDER BY kind", (call_id,)
                    )
                ),
            )
            for call_id, at_s, role_, snippet, score in rows
            for text, found in (_places(snippet),)
        ]


def fts_expression(query: str) -> str:
    """Write a query in FTS5's language: strings joined by AND, and nothing that a user wrote bare.

    Chinese is looked for as words and as a run of characters.
    """
    asked = []
    for phrase, word in _PART.findall(query):
        cut = list(words(phrase or word))
        if phrase and cut:
            asked.append(_either(cut))
        else:
            asked += [_either([one]) for one in cut]
    return " AND ".join(asked)


def _either(cut: list[str]) -> str:
    if not any(_HAN.search(word) for word in cut):
        return f"text : {_string(cut)}"
    one_by_one = [part for word in cut for part in (word if _HAN.search(word) else [word])]
    return f"(text : {_string(cut)} OR han : {_string(one_by_one)})"


def _string(cut: list[str]) -> str:
    # words() gives letters, digits and apostrophes only, so no quote can end the string
    return '"' + " ".join(cut) + '"'


def _places(snippet: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Take the marks out of a snippet, and say where they were."""
    text, found, start = "", [], 0
    for piece in re.split(f"([{OPEN}{CLOSE}])", snippet.replace(BETWEEN, "")):
        if piece == OPEN:
            start = len(text)
        elif piece == CLOSE:
            found.append((start, len(text)))
        else:
            text += piece
    return text, tuple(found)
