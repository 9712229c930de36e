"""What a page of a review is made of, without a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from coaching import advice
from coaching.conduct import IN_TURNS, IN_WORDS
from coaching.escalation import RULES
from coaching.review import cards, note, scorecard, solved, values
from coaching.stages import POINTS
from server.console.router import STATIC
from server.review.page import render
from server.review.page.bundle import BundleError, bundle
from server.review.page.render import HERE

from .page_call import ATTACK, report

SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@pytest.fixture(scope="module")
def page() -> str:
    return render(report(), audio=b"OggS...", audio_href=None, interface="en")


def test_the_policy_lets_exactly_the_pages_own_scripts_run(page: str) -> None:
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]+)"', page)[0])
    allowed = re.findall(r"'(sha256-[^']+)'", policy)
    digests = [hashlib.sha256(text.encode()).digest() for text in SCRIPT.findall(page)]
    assert allowed == ["sha256-" + base64.b64encode(digest).decode() for digest in digests]
    assert len(allowed) == 2
    assert "default-src 'none'" in policy
    assert "script-src 'unsafe" not in policy


def test_what_a_caller_says_is_data_that_cannot_end_its_element(page: str) -> None:
    assert page.count("plotly.js v") == 1
    assert page.count("<img") == 0
    data = re.findall(r'<script type="application/json" [^>]*>(.*?)</script>', page)
    assert len(data) == 1
    assert "<" not in data[0]
    assert json.loads(data[0]) == report()
    assert html.unescape(re.findall("<title>(.*?)</title>", page)[0]).startswith(
        f"en-rising {ATTACK}"
    )


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        render(report(duration_s=float("nan")), audio=None, audio_href=None, interface="en")


def test_nothing_in_the_page_is_fetched(page: str) -> None:
    own = "".join(part for part in page.split("<script>") if "plotly.js v" not in part)
    assert not re.search(r'(?:src|href)="(?!data:|")', own.replace('data-href=""', ""))
    assert "@import" not in own
    assert "url(" not in own


def written(folder: Path, **modules: str) -> Path:
    """Modules in a folder; the first is given."""
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / f"{next(iter(modules))}.js"


def test_modules_are_put_together_each_once_and_first_what_they_import(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        main='import { a, b as c } from "./a.js";\nimport * as d from "./d.js";\n'
        'import words from "./words.js";\nresult = [a(), c, d.e, words.x];\n',
        a='import { e } from "./d.js";\nexport const b = 2;\nexport function a() { return e; }\n',
        d="export const e = 5;\n",
        words="export default {\n  x: 1,\n};\n",
    )
    script = bundle(main)
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert script.count("const e = 5;") == 1
    assert script.index("const e = 5;") < script.index("return e;") < script.index("result =")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('import "./main.js";\n', "not understood"),
        ('export { a } from "./main.js";\n', "not understood"),
        ('import { a } from "./main.js";\n', "imports itself"),
    ],
)
def test_what_it_does_not_understand_is_an_error(tmp_path: Path, text: str, complaint: str) -> None:
    main = written(tmp_path, main='import { b } from "./other.js";\n', other=text)
    with pytest.raises(BundleError, match=complaint):
        bundle(main)


def names_of(kind: str, literal: Any) -> set[str]:
    """Keys that a page looks up for the values of a type."""
    return {f"{kind}.{value}" for value in get_args(literal)}


WANTED = (
    set(get_args(values.WhyKey))
    | names_of("limit", values.LimitKind)
    | names_of("part", values.Part)
    | names_of("moment", values.MomentKind)
    | names_of("why_not", scorecard.NotAssessable)
    | names_of("answer", scorecard.Reply)
    | names_of("did", cards.Did)
    | names_of("solved", solved.Solved)
    | names_of("resolution", note.Resolution)
    | names_of("subject", advice.Subject)
    | names_of("stage", advice.Stage)
    | names_of("fact", advice.FactKind)
    | names_of("left", advice.LeftReason)
    | names_of("leaning", advice.Leaning)
    | names_of("gone", advice.WithdrawalReason)
    | {f"grade.{rule}" for rule in RULES}
    | {f"heard.{name}" for name in POINTS}
    | {f"conduct.{name}" for name in (*IN_WORDS, *IN_TURNS)}
)


DICTIONARIES = ("names", "review", "score", "pages", "words")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_name_that_the_server_gives_has_words(language: str) -> None:
    files = [STATIC / "lib" / f"{part}.{language}.js" for part in DICTIONARIES]
    keys = [
        key
        for path in files
        for key in re.findall(r'^  "([^"]+)":', path.read_text("utf-8"), re.MULTILINE)
    ]
    assert WANTED - set(keys) == set()
    assert len(keys) == len(set(keys)), "no key means two things"


def test_every_text_of_the_page_is_there() -> None:
    texts = (STATIC / "lib").glob("*.en.js")
    known = {k for p in texts for k in re.findall(r'^  "([^"]+)":', p.read_text("utf-8"), re.M)}
    sources = [*(HERE / "js").glob("*.js"), HERE / "body.html"]
    assert len(sources) > 8
    for path in sources:
        text = path.read_text("utf-8")
        assert "innerHTML" not in text
        used = re.findall(r'(?:say\(|data-t(?:-label)?=)"([a-z_.]+)"', text)
        assert set(used) <= known, path.name
