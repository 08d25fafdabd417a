"""A WSGI application on waitress in a thread of its own: starts, says where it listens, stops.

Waitress has no public way to stop; its loop ends when the map of its channels is empty, and its trigger runs a function
in the loop's own thread (waitress.trigger), so that is where the channels are closed.
"""

import contextlib
import logging
import threading
from types import TracebackType
from typing import Any, Final, Self

import waitress.server
from waitress import wasyncore

from flexsim.live.callback import MAX_BODY
from flexsim.sockets import listening

_THREADS: Final = 8  # each is held for as long as the event loop needs to answer: milliseconds
_PATIENCE: Final = 5.0  # real seconds for requests under way when the server stops


class CallbackServer:
    """Listens from ``start`` until ``stop``; port 0 takes a free one, see ``port`` then."""

    def __init__(self, application: Any, *, host: str, port: int) -> None:
        self._application = application
        self._channels: dict[int, Any] = {}
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self.host = host
        self.port = port

    def start(self) -> None:
        """Listen; raises ConfigurationError when the address cannot be had."""
        # A short queue is the normal state under load, not a thing to tell people at the terminal.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        bound = listening(self.host, self.port)
        self._server = waitress.server.create_server(
            self._application,
            map=self._channels,
            sockets=[bound],
            threads=_THREADS,
            ident=None,
            max_request_body_size=2 * MAX_BODY,  # Flask says it more politely below this
            log_socket_errors=False,
        )
        self.port = bound.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, name="flexsim-callback", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being answered, then close everything; blocks for some milliseconds."""
        if self._thread is None:
            return
        self._server.task_dispatcher.shutdown(timeout=_PATIENCE)
        # The loop may wake up by itself, close everything and with it the trigger, before the trigger is pulled.
        with contextlib.suppress(OSError):
            self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._channels, ignore_all=True))
        self._thread.join(_PATIENCE)
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
