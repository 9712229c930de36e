"""A whole server: store, lane, floor, media plane and control plane, up and down in order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .bundled import SAMPLES
from .hearing import How
from .lane.client import Lane, LaneSettings
from .live.floor import Floor, FloorSettings
from .media.serving import MediaServer
from .media.settings import MediaSettings
from .models_cli import places
from .review.jobs import Jobs, JobSettings
from .review.stored import Rules as ReviewRules
from .review.stored import StoredReviews
from .rules import RuleFiles, RuleWatch
from .settings import RECORDINGS, UPLOADS, ServeSettings
from .store import Store
from .web import reviews, uploads
from .web.app import create_app
from .web.listening import address, listen, own_origins
from .web.serving import WebServer
from .web.settings import WebSettings
from .words import loader
from .words_live import live_plan

if TYPE_CHECKING:
    from .console.router import DemoCall

log = logging.getLogger("calmline")


class Server:
    """Everything that runs, as a context manager.

    Parameters
    ----------
    settings
        How.
    demo
        Gives the bundled call that is being streamed, for the page that plays it.

    Attributes
    ----------
    floor, store
        For those in the same process.
    media_url, web_url
        Where to reach it.
    note
        One line for the user, where there is something to say about words.
    lost
        Calls that an earlier server left unfinished.
    """

    def __init__(
        self, settings: ServeSettings, *, demo: Callable[[], DemoCall | None] | None = None
    ) -> None:
        self._settings = settings
        self._demo = demo
        self._up = ExitStack()
        self.lost = 0

    def __enter__(self) -> Self:
        with ExitStack() as up:
            self._start(up)
            self._up = up.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._up.close()

    def _start(self, up: ExitStack) -> None:
        from .console.router import STATIC, ConsoleConfig, router

        settings = self._settings
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.store = up.enter_context(Store(settings.store_url))
        self.lost = self.store.mark_lost()
        writer = self.store.writer()
        up.callback(writer.close)
        words = live_plan(settings.model, places(), forced=settings.demo_words)
        self.note = words.note
        lane = None
        if words.model is not None:
            lane = up.enter_context(Lane(loader(words.model), LaneSettings()))
        recordings = settings.data / RECORDINGS
        self.floor = Floor(
            FloorSettings(
                language=settings.language,
                rules=settings.rules,
                consent_required=settings.consent == "required",
                words_for=words,
                recordings=recordings if settings.record else None,
                most_calls=settings.most_calls,
                processes=settings.voice_processes,
                shadow=settings.shadow,
                holdout=settings.holdout,
            ),
            self.store,
            writer,
            lane,
        )
        up.callback(self.floor.close, settings.drain_s)
        if settings.rule_files != RuleFiles():
            up.enter_context(
                RuleWatch(settings.rule_files, self.floor.use, self.floor.refuse_rules)
            )
        listener = listen(settings.host, settings.web_port)
        up.callback(listener.close)
        web_url = address("http", listener)
        media = MediaServer(
            self.floor,
            MediaSettings(
                host=settings.host,
                port=settings.media_port,
                tokens=(settings.token,) if settings.token else (),
                origins=(*own_origins(listener), *settings.origins),
            ),
        )
        media.start()
        up.callback(media.stop, 0.0)
        self.media_url = media.url
        console = router(
            ConsoleConfig(
                media_url=media.url,
                demo=self._demo,
                samples=SAMPLES,
            )
        )
        jobs = Jobs(
            JobSettings(
                how=How(
                    usual=settings.language,
                    playbooks=settings.rules.playbooks,
                    profiles=settings.rules.profiles,
                ),
                places=places(),
                model=settings.model,
                demo_words=settings.demo_words,
                uploads=settings.data / UPLOADS,
                recordings=recordings if settings.record else None,
            ),
            writer,
        )
        up.callback(jobs.close)
        rules = ReviewRules(playbooks=settings.rules.playbooks, forms=settings.forms)
        app = create_app(
            self.store,
            self.floor,
            WebSettings(
                token=settings.token,
                hosts=settings.hosts,
                origins=settings.origins,
                frame_ancestors=settings.frame_ancestors,
                recordings=recordings,
                static=STATIC,
            ),
            writer=writer,
            media=[media.counters],
            routers=[
                reviews.router(StoredReviews(self.store, rules)),
                uploads.router(jobs, consent_required=settings.consent == "required"),
                console,
            ],
        )
        if settings.archive is not None:
            from .archive.dashboard.served import router as archive

            app.include_router(archive(settings.archive))
        web = WebServer(app, listener)
        self.web_url = web_url
        # down in this order: no new media, calls end, consoles see them end, then they go
        up.enter_context(web)
        up.callback(media.stop, settings.drain_s)
