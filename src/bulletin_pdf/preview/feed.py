"""What all open windows are told: the newest view, and whether a newer one is being made."""

import asyncio
from collections.abc import AsyncIterator


class Feed:
    """Keeps the newest news only: a slow window misses what is out of date. Belongs to one event loop."""

    def __init__(self) -> None:
        self._news: dict[str, str] = {}
        self._closed = False
        self._told = asyncio.Condition()

    async def tell(self, event: str, data: str) -> None:
        """Tell everybody that listens, and whoever will; a later event of the same name replaces this one."""
        async with self._told:
            self._news[event] = data
            self._told.notify_all()

    async def close(self) -> None:
        """Let all listeners go."""
        async with self._told:
            self._closed = True
            self._told.notify_all()

    async def listen(self) -> AsyncIterator[str]:
        """What there is to tell and then what comes, as server-sent events (HTML, 9.2), until the feed is closed."""
        heard: dict[str, str] = {}
        yield "retry: 1000\n\n"
        while True:
            async with self._told:
                while heard == self._news and not self._closed:
                    await self._told.wait()
                if self._closed:
                    return
                new = {event: data for event, data in self._news.items() if heard.get(event) != data}
                heard = dict(self._news)
            for event, data in new.items():
                yield f"event: {event}\ndata: {data}\n\n"
