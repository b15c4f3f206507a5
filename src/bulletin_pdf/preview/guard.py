"""Who may read the preview: the browser of this machine, from the preview's own pages or by hand. A home of starlette.

A web page from elsewhere that runs in the same browser gets nothing: it asks for another host (DNS rebinding), or
the browser says that another site asks.
"""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Guard:
    """An application behind these rules. hosts: what it may be called, with its port."""

    def __init__(self, application: ASGIApp, hosts: set[str]) -> None:
        self._application = application
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse; either way with the headers that keep others out."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.decode("latin-1").title() for name, _ in message["headers"]}
                more = [
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.title() not in own
                ]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        refused = self._refused(scope) if scope["type"] == "http" else None
        await (Response(status_code=refused) if refused else self._application)(scope, receive, guarded)

    def _refused(self, scope: Scope) -> int | None:
        """The status of a request that is refused."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if headers.get("host") not in self._hosts:
            return 403
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return 403
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403
        return None if scope["method"] == "GET" else 405
