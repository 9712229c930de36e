"""``--llm URL``: a language model of the user's choice words the call note; off unless asked for.

What is sent is the note's own lines, which are redacted, and nothing else: no transcript, no name
of a file or an agent, no figures. The extractive note stays beside the answer. Any endpoint that
speaks OpenAI's chat completions will do, so one on this machine will.
"""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import IO, Any
from urllib.parse import urlsplit

from coaching.review.note import CallNote
from voice.events import Language

TIMEOUT_S = 30.0
LONGEST = 4000
"""Characters that a note may have."""
MOST_BYTES = 1_000_000
PATH = "/chat/completions"
_ASK = {
    "en": (
        "You are given lines of a support call's note; each is quoted from the call. Write them as"
        " a short, plain note for the customer's file: one sentence a line, in English, neutral."
        " Use only what the lines say. Add no fact, no name, no date and no judgement, and leave"
        " tokens in square brackets such as [card] as they are."
    ),
    "zh": (
        "下面是一通客服电话小结的若干行，每一行都引自通话原话。请改写成简短、平实的客户档案记录："
        "每行一句，用中文，语气中立。只使用这些行里的内容，不得添加事实、姓名、日期或评价；"
        "方括号标记（如 [card]）原样保留。"
    ),
}


class PolishError(Exception):
    """The endpoint gave no note; one line that says why, without what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polished:
    """The note in a language model's words.

    Attributes
    ----------
    model
        As the endpoint names it.
    host
        Which endpoint.
    """

    text: str
    model: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible endpoint.

    Attributes
    ----------
    url
        Of the API (``http://127.0.0.1:8080/v1``), or of its chat completions.
    model
        Which model is asked for.
    key
        Sent as a bearer token; ``None`` for none.

    Raises
    ------
    ValueError
        If the URL is none that can be asked.
    """

    url: str
    model: str = "default"
    key: str | None = None
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            # urllib would take a name and password for a part of the host
            usable = parts.scheme in ("http", "https") and parts.username is None
            usable = usable and bool(parts.hostname)
            port_fits = parts.port is None or parts.port > 0
        except ValueError:
            usable = port_fits = False
        if not (usable and port_fits):
            raise ValueError("it is no http:// or https:// address of a host")

    @property
    def address(self) -> str:
        """Where to ask."""
        url = self.url.rstrip("/")
        return url if url.endswith(PATH) else url + PATH

    @property
    def host(self) -> str:
        """Which machine that is, without what a URL may hide."""
        return urlsplit(self.url).hostname or ""


def polish(note: CallNote, language: Language | None, endpoint: Endpoint) -> Polished | None:
    """Have a note worded.

    Parameters
    ----------
    note
        The extractive note.
    language
        Of the call, in which the answer is to be.
    endpoint
        Whom to ask.

    Returns
    -------
    Polished or None
        ``None`` if there is nothing in the note to send; then nobody is asked.

    Raises
    ------
    PolishError
        If there is no answer in time, or none that is a note.
    """
    lines = list(note_lines(note))
    if not lines:
        return None
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": _ASK[language or "en"]},
            {"role": "user", "content": "\n".join(lines)},
        ],
    }
    answer = _asked(endpoint, body)
    try:
        text = answer["choices"][0]["message"]["content"].strip()
        model = str(answer.get("model") or endpoint.model)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise PolishError(f"{endpoint.host}: its answer is no chat completion") from None
    if not text or len(text) > LONGEST:
        raise PolishError(f"{endpoint.host}: its answer is no note: {len(text)} characters")
    return Polished(text=text, model=model, host=endpoint.host)


def note_lines(note: CallNote) -> Iterator[str]:
    """Give the lines of a note, redacted as all words of a log are: all that is ever sent."""
    quoted = {
        "request": note.request,
        "problem": note.problem,
        "agreed": note.agreed,
        "accepted": note.accepted,
        "asked": note.asked,
        "answer": note.answer,
    }
    for name, line in quoted.items():
        if line is not None and line.text:
            yield f"{name}: {line.text}"
    for promise in note.promises:
        due = f" (due: {promise.due})" if promise.due else ""
        yield f"promise: {promise.what.text}{due}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What the user named is asked, and nobody whom that one names."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def _asked(endpoint: Endpoint, body: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    request = urllib.request.Request(
        endpoint.address, json.dumps(body, ensure_ascii=False).encode(), headers, method="POST"
    )
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=endpoint.timeout_s) as response:
            raw = _read(response, monotonic() + endpoint.timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        raise PolishError(f"{endpoint.host}: it answers {error.code}") from None
    except (TimeoutError, urllib.error.URLError, OSError, http.client.HTTPException) as error:
        raise PolishError(f"{endpoint.host}: {_said(error, endpoint)}") from None
    if len(raw) > MOST_BYTES:
        raise PolishError(f"{endpoint.host}: its answer is too long")
    try:
        return json.loads(raw)
    except ValueError:
        raise PolishError(f"{endpoint.host}: its answer is not JSON") from None


def _read(response: http.client.HTTPResponse, until_s: float) -> bytes:
    """Read an answer that may come in drops, each of which would be in time."""
    raw = b""
    while len(raw) <= MOST_BYTES and (part := response.read1(65536)):
        raw += part
        if monotonic() > until_s:
            raise TimeoutError
    return raw


def _said(error: Exception, endpoint: Endpoint) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return f"no answer within {endpoint.timeout_s:.0f} s"
    if isinstance(cause, socket.gaierror):
        return "no such host"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return type(cause).__name__
