"""What a number is: it decides whether it is masked, and what stands in its place.

Everything of six digits and more is masked, whatever it is; what validates as something is named.
A shorter number is masked only where it was announced as a secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .redact_runs import Run

Kind = Literal["card", "phone", "email", "id", "number"]

MASKED_FROM = 6
"""Digits. Prices, years, times, quantities and order numbers of up to five stay."""
DICTATED_FROM = 6
"""Digits that were said one by one in shorter numbers close to each other: one of them is enough
for a card that is dictated by fours, with a sentence to somebody else between."""
SCATTERED_FROM = 12
"""The same for numbers that may be anything: two order numbers are not masked."""
CHUNK = range(3, 6)
CARD_DIGITS = range(13, 20)  # ISO/IEC 7812-1 allows up to 19; no network issues under 13
REGIONS = ("CN", "US", "GB")
"""Whose national phone numbers are known by name; international ones are all known."""

_MONTHS = (
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
_MONTH = re.compile(rf"\b(?:{_MONTHS.replace(' ', '|')})\.?\s+(?:the\s+)?$", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SOCIAL = re.compile(r"\b(?:social|ssn)\b[^\d\n]{0,40}$", re.ASCII)
_PLUS = re.compile(r"(?:\+|\bplus|加)\s*$", re.ASCII)
_ANNOUNCED = re.compile(
    r"(?:\b(?:cvv|cvc|cvv2|pin|security\s+code|passcode|password|verification\s+code"
    r"|one[\s-]time\s+code|access\s+code|last\s+(?:four|4))\b|验证码|密码|安全码|校验码|尾号)"
    r"(?:[\s,.:'-]|\b(?:is|its|it|s|number|code|digits|of|are|was|uh|um|so|okay)\b"
    r"|[的是为呢码嗯呃啊，：])*$",
    re.ASCII,  # a Chinese character ends a Latin word
)
# HM Revenue & Customs, National Insurance Manual NIM39110
_NINO = re.compile(
    r"(?!bg|gb|kn|nk|nt|tn|zz)[abceghj-prstw-z][abceghj-nprstw-z]\d{6}[a-d]", re.ASCII
)


def kind_of(run: Run, left: str) -> tuple[Kind | None, int, int]:
    """Tell what a number is.

    Parameters
    ----------
    run
        The number.
    left
        What stands before it, folded.

    Returns
    -------
    tuple
        What it is, ``None`` for what is not masked; and from where to where it is masked (the
        letters of an identifier belong to it).
    """
    digits = run.digits
    if len(digits) + run.ohs < MASKED_FROM:
        announced = len(digits) >= 3 and _ANNOUNCED.search(left)
        return ("number" if announced else None), run.start, run.end
    if _dates(run, left):
        return None, run.start, run.end
    letters = _identity(run)
    if letters is not None:
        return "id", *letters
    named: Kind = "number"
    if len(digits) == 9 and (_grouped(run) == [3, 2, 4] or _SOCIAL.search(left)):
        named = "id" if _social(digits) else named
    elif _card(digits):
        named = "card"
    elif _phone(digits, left, run.ohs):
        named = "phone"
    return named, run.start - left.endswith("+"), run.end


def goes_on(run: Run, near: Sequence[Run]) -> bool:
    """Tell whether a short number is a further part of one that is dictated in parts.

    Parameters
    ----------
    run
        A number that is not masked for itself.
    near
        The numbers shortly before it.
    """
    before = [other for other in near if _part(other)]
    if not before or not _part(run) or len(run.digits) not in CHUNK:
        return False
    parts = [*before, run]
    dictated = all(len(part.groups) >= CHUNK.start for part in parts)
    heard = sum(len(part.digits) for part in parts)
    return heard >= (DICTATED_FROM if dictated else SCATTERED_FROM)


def _part(run: Run) -> bool:
    return len(run.digits) >= CHUNK.start and not _YEAR.fullmatch(run.digits)


def _dates(run: Run, left: str) -> bool:
    """Whether it is nothing but years, or a day and a year after the name of a month."""
    groups: list[str] = []
    for group in run.groups:
        # "nineteen" "eighty-five"
        if groups and groups[-1] in ("19", "20") and len(group.value) == 2:
            groups[-1] += group.value
        else:
            groups.append(group.value)
    if len(groups) == 2 and len(groups[0]) <= 2 and 1 <= int(groups[0]) <= 31:
        return bool(_YEAR.fullmatch(groups[1]) and _MONTH.search(left))
    return len(groups) <= 3 and all(_YEAR.fullmatch(group) for group in groups)


def _identity(run: Run) -> tuple[int, int] | None:
    """Where an identity number with a check digit or a form of its own stands, with letters.

    17 digits and an X are a Chinese one (GB 11643) even if a digit was misheard.
    """
    after = run.after.value if run.after is not None else ""
    end = run.after.end if run.after is not None else run.end
    if len(run.digits) == 17 and (after == "x" or run.written.endswith("x")):
        return run.start, run.end if run.written.endswith("x") else end
    if len(run.written) == 18 and run.written.isdigit() and _born(run.written):
        return run.start, run.end
    if _NINO.fullmatch(run.written):
        return run.start, run.end
    before = "".join(letter.value for letter in run.before)
    if _NINO.fullmatch(before + "0" * run.ohs + run.written + after):
        return run.before[0].start, end
    return None


def _born(number: str) -> bool:
    """Whether a Chinese identity number has the right check digit and a date of birth.

    The place is not looked at: stdnum takes it for wrong where a county is younger than its people.
    """
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError

    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


def _grouped(run: Run) -> list[int]:
    return [len(group.value) for group in run.groups]


def _social(digits: str) -> bool:
    from stdnum.us import ssn

    return bool(ssn.is_valid(digits))


def _card(digits: str) -> bool:
    from stdnum import luhn

    return len(digits) in CARD_DIGITS and digits[0] in "23456" and bool(luhn.is_valid(digits))


def _phone(digits: str, left: str, ohs: int) -> bool:
    import phonenumbers

    written: list[tuple[str, str | None]] = []
    if _PLUS.search(left):
        written.append((f"+{digits}", None))
    if digits.startswith("00"):
        written.append((f"+{digits[2:]}", None))
    whole = "0" * ohs + digits
    written += [(number, region) for region in REGIONS for number in (digits, whole)]
    for number, region in written:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
