"""The server of the preview, for this machine only. The home of uvicorn and, with `guard`, of starlette."""

import asyncio
import gc
import json
import signal
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bulletin_pdf.home import Home
from bulletin_pdf.preview.feed import Feed
from bulletin_pdf.preview.guard import Guard
from bulletin_pdf.preview.view import View, as_values, look_again
from bulletin_pdf.preview.watching import changes
from bulletin_pdf.sheets.page_images import draw_page

HOST, PORT = "127.0.0.1", 8417
# How wide a page is drawn at most, in pixels.
WIDEST = 8000

ASSETS = {f"/{file.name}": file for file in (Path(__file__).parent / "assets").iterdir() if file.is_file()}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is previewed: an issue of a publication, in its own layout or in another."""

    home: Home
    key: str
    layout: str | None = None


class Preview:
    """A subject in view, and the application that answers for it. report_bug: see `look_again`."""

    def __init__(self, subject: Subject, report_bug: Callable[[], Path]) -> None:
        self.feed = Feed()
        self._subject = subject
        self._report_bug = report_bug
        self._view = View()
        self._run = uuid4().hex  # by which a window notices that another server has taken over
        # A thread for each kind of work: every thread that makes many objects keeps memory of its own.
        self._builder = ThreadPoolExecutor(1, "build")
        self._drawer = ThreadPoolExecutor(1, "draw")
        routes = [
            Route("/events", self._events),
            Route("/pages/{digest}/{width:int}.png", self._page),
            *(Route(path, self._asset) for path in ("/", *ASSETS)),
        ]
        self.application = Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, application: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(self._follow())
        yield
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        for executor in (self._builder, self._drawer):
            executor.shutdown(wait=False, cancel_futures=True)

    async def _follow(self) -> None:
        """Look at the issue, and again after every change."""
        await self._look()
        gc.freeze()  # the libraries and what they keep need not be looked through any more
        async for _ in changes(self._subject.home):
            await self._look()

    async def _look(self) -> None:
        """Make the newest view and tell the windows of it."""
        loop = asyncio.get_running_loop()
        home, key, layout = self._subject.home, self._subject.key, self._subject.layout

        def look() -> tuple[View, str]:
            view = look_again(home, key, layout, self._view, self._report_bug)
            about = {"issue": key, "root": home.root.as_posix(), "run": self._run}
            return view, json.dumps({**about, **as_values(view)}, ensure_ascii=False)

        await self.feed.tell("busy", "true")
        self._view, told = await loop.run_in_executor(self._builder, look)
        await self.feed.tell("view", told)
        await self.feed.tell("busy", "false")
        # Layout leaves much garbage in circles behind, and Python is told to look for it seldom.
        await loop.run_in_executor(self._builder, gc.collect)

    async def _asset(self, request: Request) -> Response:
        file = ASSETS.get(request.url.path, ASSETS["/index.html"])
        return Response(file.read_bytes(), media_type=guess_type(file.name)[0])

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self.feed.listen(), media_type="text/event-stream")

    async def _page(self, request: Request) -> Response:
        """A page by its digest, so many pixels wide: what has such an address never changes."""
        view, width = self._view, request.path_params["width"]
        digests = [each.digest for each in view.prints]
        if view.pages is None or view.pages.data is None or not 1 <= width <= WIDEST:
            return Response(status_code=404)
        if request.path_params["digest"] not in digests:
            return Response(status_code=404)
        page = digests.index(request.path_params["digest"]) + 1
        loop = asyncio.get_running_loop()
        drawn = await loop.run_in_executor(self._drawer, draw_page, view.pages.data, page, width)
        forever = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(drawn, media_type="image/png", headers=forever)


class _Server(uvicorn.Server):
    """Says when it answers, and lets the endless event streams end before it waits for answers to be finished."""

    def __init__(self, config: uvicorn.Config, feed: Feed, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._feed = feed
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._feed.close()
        await super().shutdown(sockets)


def serve(subject: Subject, ready: Callable[[str], None], report_bug: Callable[[], Path]) -> None:
    """Serve until interrupted. ready: is given the address as soon as there are answers."""
    if hasattr(signal, "SIGPIPE"):
        # A window that closes while it is answered must not end the program.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with _listening() as listening:
        port = listening.getsockname()[1]
        preview = Preview(subject, report_bug)
        guarded = Guard(preview.application, {f"{name}:{port}" for name in (HOST, "localhost")})
        config = uvicorn.Config(guarded, log_level="critical", access_log=False, lifespan="on", ws="none")
        server = _Server(config, preview.feed, lambda: ready(f"http://{HOST}:{port}/"))
        with suppress(KeyboardInterrupt):
            server.run([listening])


def _listening() -> socket.socket:
    """A socket of this machine only: at the usual port, so that an address holds, or at a free one if that is taken."""
    try:
        return socket.create_server((HOST, PORT))
    except OSError:
        return socket.create_server((HOST, 0))
