"""Take the pictures of the console that the documentation shows.

python -m tests.server.console.screenshots [FOLDER]

The calls are the bundled ones, heard by the engine just now; only their pace is not that of a
call. Look at each picture before it is kept.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from server.console import router
from server.console.router import DemoCall
from tests.conftest import ROOT

from .conftest import FLAGS, HEIGHT, WIDTH, until
from .stage import PATIENCE_S, Stage, stage_in

COLOURS = 256
"""Enough for a flat page, at less than half of the bytes."""
Logs = dict[str, list[dict[str, Any]]]
REPORT: Any = {"width": 1280, "height": 1000}
PICTURES = Path(router.__file__).with_name("pictures")
CONTEXTS = {
    "en": {"name": "Ms Miller", "order": "order 4927", "history": "called yesterday"},
    "zh": {"name": "王女士", "order": "订单 4927", "history": "昨天来过电话"},
}


def heard(name: str) -> list[dict[str, Any]]:
    """What the engine hears in a bundled call, words included."""
    command = [sys.executable, "-m", "server.cli", "run", f"samples/{name}.wav", "--json"]
    command += ["--caller", "left", "--language", name[:2]]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def panels(browser: Browser, stage: Stage, name: str, light: str, log: list[Any]) -> bytes:
    """The panel at its moments and with the note at hang-up, side by side."""
    agent = f"{name}-{light}"
    page = open_page(browser, f"{stage.url}/agent/{agent}", name[:2], light)
    call = stage.call(f"call-{agent}", agent, language=name[:2], context=CONTEXTS[name[:2]])
    shots = []
    for moment_s in moments(log):
        call.replayed(log, moment_s)
        until(page, f"document.querySelector('.clock').textContent === '{clock(moment_s)}'")
        page.wait_for_timeout(300)  # the card has faded in
        shots.append(page.screenshot())
    call.replayed(log)
    call.end()
    page.wait_for_selector(".sheet:not([hidden])")  # the note
    shots.append(page.screenshot())
    page.close()
    return side_by_side(browser, shots)


def moments(log: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """The first second, the tenth, the sixtieth, and one with a card; in order."""
    shown = next(e for e in log if e["type"] == "cue_shown")
    return tuple(sorted({1, 10, 60, int(shown["known_at_s"]) + 2}))


def side_by_side(browser: Browser, shots: Sequence[bytes]) -> bytes:
    """Pictures in a row on a quiet ground."""
    page = browser.new_page(
        viewport={"width": len(shots) * (WIDTH + 16) + 16, "height": HEIGHT + 32}
    )
    images = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots
    )
    style = "margin:16px;display:flex;gap:16px;background:#9a9a94"
    page.set_content(f"<body style='{style}'><style>img{{border-radius:8px}}</style>{images}")
    picture = page.screenshot()
    page.close()
    return picture


def pages(
    browser: Browser, stage: Stage, logs: dict[str, list[Any]]
) -> Iterator[tuple[str, bytes]]:
    """The replay, and the report in both languages, the scorecard, the demo, the list."""
    for name, light in (("en-rising", "light"), ("zh-gives-up", "dark")):
        at_s = next(int(e["known_at_s"]) + 2 for e in logs[name] if e["type"] == "cue_shown")
        shutil.copy(ROOT / "samples" / f"{name}.wav", stage.recordings)
        language = name[:2]
        fields = {"audio": f"{name}.wav", "language": language, "queue": "orders"}
        call = stage.call(name, "7", context=CONTEXTS[language], **fields)
        call.replayed(logs[name])
        call.end()
        stage.writer.flush(PATIENCE_S)
        page = open_page(browser, f"{stage.url}/replay/{name}?at={at_s}", language, light, 1280)
        page.wait_for_selector(".timeline .main-svg")
        page.wait_for_timeout(300)
        yield f"replay-{language}", page.screenshot(full_page=True)
        page.set_viewport_size(REPORT)
        page.goto(f"{stage.url}/v1/calls/{name}/report.html?interface={language}#t={at_s}")
        page.wait_for_selector(".plot .main-svg")
        page.wait_for_timeout(300)
        yield f"report-{language}", page.screenshot()
        if language == "en":
            page.goto(f"{stage.url}/review/{name}")
            page.frame_locator(".report").locator(".plot .main-svg").first.wait_for()
            yield "review", page.screenshot()
        page.close()
    stage.demo = DemoCall(call_id="demo", agent_id="demo", sample="en-rising")
    call = stage.call("demo", "demo", context=CONTEXTS["en"])
    page = open_page(browser, f"{stage.url}/demo", "en", "light", 1280)
    until(page, "document.querySelector('audio').duration > 1")
    page.wait_for_selector(".panel[data-status=live]")
    call.replayed(logs["en-rising"], moments(logs["en-rising"])[2] + 4)
    page.wait_for_timeout(300)
    yield "demo", page.screenshot(full_page=True)
    page.goto(f"{stage.url}/")
    page.wait_for_selector(".calls tbody tr")
    yield "calls", page.screenshot()
    page.close()


def open_page(browser: Browser, url: str, lang: str, light: Any, width: int = WIDTH) -> Page:
    """A page as its reader has it."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=light,
        locale={"en": "en-GB", "zh": "zh-CN"}[lang],
    )
    page.goto(url)
    page.wait_for_selector("main :not(:empty)")
    return page


def clock(s: int) -> str:
    """A time as the panel shows it."""
    return f"{s // 60}:{s % 60:02d}"


def flat(image: Image.Image) -> Image.Image:
    """The picture in its most frequent colours, so that even ground stays what it is."""
    counted: Any = image.getcolors(image.width * image.height)
    frequent = sorted(counted, reverse=True)[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in frequent for part in colour])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    logs = {name: heard(name) for name in ("en-rising", "zh-rising", "zh-gives-up")}
    with (
        tempfile.TemporaryDirectory() as place,
        stage_in(Path(place)) as stage,
        sync_playwright() as p,
    ):
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        taken = dict(pages(browser, stage, logs))
        for name, light in (("en-rising", "light"), ("en-rising", "dark"), ("zh-rising", "light")):
            taken[f"panel-{name[:2]}-{light}"] = panels(browser, stage, name, light, logs[name])
        browser.close()
    for name, picture in taken.items():
        with Image.open(BytesIO(picture)) as image:
            small = flat(image.convert("RGB"))
            small.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
