"""The server behind ``funnel serve``: textual-serve, for browsers of this machine alone.

A browser opens a socket to any address for any page that asks, also to this one. So a request must call us by
a name of this machine, and the page it comes from must be ours.
"""

from __future__ import annotations

import shlex
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import click
from aiohttp import web
from textual_serve.server import Server

from funnel_tui.errors import FunnelError
from funnel_tui.language import tr

HOST = "127.0.0.1"
NAMES = frozenset({"127.0.0.1", "localhost"})
"""What a browser of this machine calls us, and one that forwards a port to it."""

# The page of textual-serve asks another site for a font; nobody else shall know that it was opened.
POLICY = "default-src 'self' 'unsafe-inline' data: blob:; connect-src 'self' ws://{host}"

COMMAND = shlex.join([sys.executable, "-m", "funnel_tui"])


class LocalServer(Server):
    """Runs the app once for each page.

    :param port: where it listens, on this machine alone.
    """

    def __init__(self, port: int) -> None:
        super().__init__(COMMAND, host=HOST, port=port, title="funnel")

    def serve(self, debug: bool = False) -> None:
        """Answer until ctrl+c or a signal to end.

        :raises FunnelError: when the port is taken or not ours to take.
        """
        self.debug = debug
        try:
            # Open before anybody is told where: who comes early waits, and is not turned away.
            listener = socket.create_server((self.host, self.port))
        except OSError as error:
            raise FunnelError(
                tr("Port {port} cannot be used: {why}.").format(port=self.port, why=error.strerror),
                tr("Choose another with --port."),
            ) from error
        # Requests are not listed; what goes wrong in a page is in the log of the program.
        with listener:
            web.run_app(self._make_app(), sock=listener, print=None)

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002
        """Say where the page is."""
        words = tr("funnel is at {where} for browsers of this machine; ctrl+c ends it.")
        click.echo(words.format(where=f"http://{self.host}:{self.port}"))

    async def handle_index(self, request: web.Request) -> Any:
        """The page; its socket goes where it came from: a forwarded port has another number than ours."""
        self.public_url = f"http://{request.host}"
        return await super().handle_index(request)

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        app.middlewares.append(only_from_here)
        return app


@web.middleware
async def only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse a request that another site may have made."""
    origin = request.headers.get("Origin")
    if urlsplit(f"//{request.host}").hostname not in NAMES:
        raise web.HTTPForbidden(text="funnel answers 127.0.0.1 and localhost only.\n")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="funnel answers its own pages only.\n")
    response = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY.format(host=request.host)
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
