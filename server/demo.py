"""``calmline demo``: a server, a bundled call through its real socket, and what the agent sees."""

from __future__ import annotations

import asyncio
import json
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from rich.console import Console
from rich.text import Text

from coaching.playbook import bundled
from coaching.session import Logged

from .account import Account
from .bundled import Bundled, bundled_calls
from .demo_view import DemoView
from .errors import Refused
from .screen import has_screen
from .settings import ServeSettings
from .signals import stop_signals
from .wire import from_dict
from .words_live import SAMPLE

AGENT = "demo"
CONTEXT = {
    "en": {"name": "Ms Wang", "order": "order 8841", "note": "called yesterday"},
    "zh": {"name": "王女士", "order": "订单 8841", "note": "昨天来过电话"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """What the command line said.

    Attributes
    ----------
    call
        Name of a bundled call.
    speed
        Multiple of real time.
    keep
        Whether the server, and what it stored, stay until Ctrl-C.
    browser
        Whether to open the console where there is a screen.
    """

    call: str
    speed: float
    keep: bool
    browser: bool


def demo(options: DemoOptions) -> None:
    """Play a bundled call through a server of its own.

    Raises
    ------
    Refused
        If there is no such call.
    """
    calls = bundled_calls()
    if options.call not in calls:
        raise Refused(f"there is no bundled call {options.call}: try {', '.join(calls)}")
    call = calls[options.call]
    console = Console(highlight=False)
    from .console.router import DemoCall
    from .serving import Server

    playing = DemoCall(call_id=call.name, agent_id=AGENT, sample=call.name, speed=options.speed)
    with _folder(keep=options.keep) as folder:
        settings = ServeSettings(
            media_port=0,
            web_port=0,
            data=folder,
            language=call.language,
            consent="off",
            record=True,
        )
        with Server(settings, demo=lambda: playing) as server:
            page = f"{server.web_url}/demo"
            console.print(Text.assemble("console: ", (page, "underline"), style="dim"))
            if options.browser and has_screen():
                webbrowser.open(page)
            events = asyncio.run(_play(call, server.media_url, server.web_url, options, console))
            console.print()
            Account(events, f"{call.name}.wav", note=server.note).print(console, story=False)
            if options.keep:
                _stay(console, server.web_url, folder)


async def _play(
    call: Bundled, media_url: str, web_url: str, options: DemoOptions, console: Console
) -> list[Logged]:
    """Stream the call, and watch it as a console does; its log as the console got it."""
    with DemoView(console, bundled(call.language).drivers, call.duration_s) as view:
        watching = asyncio.create_task(_watch(call.name, web_url, view))
        streaming = _in_background(lambda: _stream(call, media_url, options.speed))
        both: set[asyncio.Future[Any]] = {watching, streaming}
        done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_EXCEPTION)
        for one in done:
            one.result()  # raises what went wrong
        return watching.result()


def _in_background(work: Callable[[], None]) -> asyncio.Future[None]:
    """Run on a thread for which nobody waits when Ctrl-C is pressed."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell(error: BaseException | None) -> None:
        if not done.done():
            done.set_result(None) if error is None else done.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except Exception as failed:
            error = failed
        with suppress(RuntimeError):  # the loop is gone: Ctrl-C
            loop.call_soon_threadsafe(tell, error)

    Thread(target=run, name="stream", daemon=True).start()
    return done


def _stream(call: Bundled, media_url: str, speed: float) -> None:
    from .stream import stream

    stream(
        (call.path,),
        media_url,
        caller="left",
        call_id=call.name,
        agent_id=AGENT,
        language=call.language,
        speed=speed,
        context={**CONTEXT[call.language], SAMPLE: call.sha256},
        progress=False,
    )


async def _watch(call_id: str, web_url: str, view: DemoView) -> list[Logged]:
    from websockets.asyncio.client import connect

    url = web_url.replace("http", "ws", 1) + f"/v1/agents/{AGENT}/live"
    events: list[Logged] = []
    async with connect(url, max_size=None) as socket:
        async for text in socket:
            envelope: dict[str, Any] = json.loads(text)
            if envelope["kind"] == "event":
                events.append(from_dict(envelope["event"]))
            view.take(envelope)
            if envelope["kind"] == "end" and envelope["call_id"] == call_id:
                break
    return events


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    if keep:
        yield Path(tempfile.mkdtemp(prefix="calmline-demo-"))
        return
    with tempfile.TemporaryDirectory(prefix="calmline-demo-") as name:
        yield Path(name)


def _stay(console: Console, web_url: str, folder: Path) -> None:
    with stop_signals() as stop:
        console.print(
            f"\nthe call can be replayed at {web_url}/ until Ctrl-C; it is kept in {folder}"
        )
        stop.wait()
