"""What of a text is masked, and from where on that is not certain yet."""

from __future__ import annotations

from collections.abc import Sequence

from .redact_atoms import Atom, atoms, fold
from .redact_email import emails
from .redact_kinds import goes_on, kind_of
from .redact_runs import Run, runs
from .writing import Span

NEAR = 24
"""Atoms (words, Chinese characters) over which parts of one number are looked for."""
TOKEN = 3
"""Atoms of a token: its name and brackets."""
PARTIAL_FROM = 4
"""Digits in a row that are masked in partial words, which show no more of a number than that."""


def private(text: str) -> tuple[list[Span], int]:
    """Find what is not to be seen.

    Parameters
    ----------
    text
        Words of one speaker.

    Returns
    -------
    list of Span
        In order, none within another; each with the token that takes its place: ``[card]``,
        ``[phone]``, ``[email]``, ``[id]`` or ``[number]``.
    int
        From here on more words could change what is found; the length of the text if none could.
    """
    folded = fold(text)
    cut = atoms(folded)
    addresses, address_open = emails(folded, cut)
    numbers, number_open = runs(cut)
    spans = [Span(start, end, "[email]") for start, end in addresses]
    for place, run in enumerate(numbers):
        kind, start, end = kind_of(run, folded[: run.start])
        if kind is None and goes_on(run, _near(numbers[:place], run, cut, _joined(spans))):
            kind = "number"
        if kind is not None:
            spans.append(Span(start, end, f"[{kind}]"))
    open_from = min(len(text) if place is None else place for place in (address_open, number_open))
    return _joined(spans), open_from


def _near(before: Sequence[Run], run: Run, cut: Sequence[Atom], spans: Sequence[Span]) -> list[Run]:
    """Numbers that begin not more than NEAR atoms before one.

    What is masked counts as its token does, so that a text redacted twice stays the same.
    """
    count = 0
    first = run.start
    for atom in reversed(cut):
        if atom.start >= run.start or atom.kind == "mark":
            continue
        inside = next((span for span in spans if span.start <= atom.start < span.end), None)
        if inside is None or first >= inside.end:
            count += 1 if inside is None else TOKEN
        if count > NEAR:
            break
        first = atom.start
    return [other for other in before if other.start >= first]


def mask_partial(text: str) -> str:
    """Mask a text of words that are still being spoken: all that could become a number.

    Parameters
    ----------
    text
        A first guess, on its way to a screen.

    Returns
    -------
    str
        Four digits and more in a row, and addresses, are masked, whatever they are.
    """
    folded = fold(text)
    cut = atoms(folded)
    spans = private(text)[0]
    spans += [
        Span(run.start, run.end, "[number]")
        for run in runs(cut)[0]
        if len(run.digits) >= PARTIAL_FROM
    ]
    shown = ""
    at = 0
    for span in _joined(spans):
        shown += text[at : span.start] + span.text
        at = span.end
    return shown + text[at:]


def _joined(spans: list[Span]) -> list[Span]:
    """In order; spans that overlap become one, named by the address or the first of them."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            name = "[email]" if "[email]" in (span.text, last.text) else last.text
            joined[-1] = Span(last.start, max(span.end, last.end), name)
        else:
            joined.append(span)
    return joined
