"""What a number is: it decides whether it is masked, and what stands in its place.

Everything of six digits and more is masked, whatever it is; what validates as something is named.
A shorter number is masked only where it was announced as a secret.
"""

from __future__ import annotations

import re
from typing import Literal

from .redact_runs import Run

Kind = Literal["card", "phone", "email", "id", "number"]

MASKED_FROM = 6
"""Digits. Prices, years, times, quantities and order numbers of up to five stay."""
CARD_DIGITS = range(13, 20)  # ISO/IEC 7812-1 allows up to 19; no network issues under 13
REGIONS = ("CN", "US", "GB")
"""Whose national phone numbers are known by name; international ones are all known."""

_MONTHS = (
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
_MONTH = re.compile(rf"\b(?:{_MONTHS.replace(' ', '|')})\.?\s+(?:the\s+)?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SOCIAL = re.compile(r"\b(?:social|ssn)\b[^\d\n]{0,40}$")
_PLUS = re.compile(r"(?:\+|\bplus|加)\s*$")
_ANNOUNCED = re.compile(
    r"(?:\b(?:cvv|cvc|cvv2|pin|security\s+code|passcode|password|verification\s+code"
    r"|one[\s-]time\s+code|access\s+code|last\s+(?:four|4))\b|验证码|密码|安全码|校验码|尾号)"
    r"(?:[\s,.:'-]|\b(?:is|its|it|s|number|code|digits|of|are|was|uh|um|so|okay)\b"
    r"|[的是为呢码嗯呃啊，：])*$"
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
    if len(digits) < MASKED_FROM:
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
    elif _phone(digits, left, run.oh):
        named = "phone"
    return named, run.start, run.end


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
    """Where an identity number with a check or a fixed form stands, with its letters."""
    from stdnum.cn import ric

    after = run.after.value if run.after is not None else ""
    end = run.after.end if run.after is not None else run.end
    if len(run.digits) == 17 and not run.written.endswith("x") and after == "x":
        if ric.is_valid(run.digits + "X"):
            return run.start, end
    if ric.is_valid(run.written.upper()):
        return run.start, run.end
    if _NINO.fullmatch(run.written):
        return run.start, run.end
    before = "".join(letter.value for letter in run.before)
    if _NINO.fullmatch(before + run.written + after):
        return run.before[0].start, end
    return None


def _grouped(run: Run) -> list[int]:
    return [len(group.value) for group in run.groups]


def _social(digits: str) -> bool:
    from stdnum.us import ssn

    return bool(ssn.is_valid(digits))


def _card(digits: str) -> bool:
    from stdnum import luhn

    return len(digits) in CARD_DIGITS and digits[0] in "23456" and bool(luhn.is_valid(digits))


def _phone(digits: str, left: str, oh: bool) -> bool:
    import phonenumbers

    written = [(f"+{digits}", None)] if _PLUS.search(left) else []
    if digits.startswith("00"):
        written.append((f"+{digits[2:]}", None))
    written += [
        (number, region) for region in REGIONS for number in (digits, f"0{digits}"[1 - oh :])
    ]
    for number, region in written:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
