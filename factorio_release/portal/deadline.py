"""A bound on the whole of an exchange: a time-out of single reads does not stop a slow trickle.

The client's time-out starts anew with each byte. A portal or proxy that sends one byte a second could hold a
job for hours. The bound reaches the sockets themselves, below requests and urllib3.
"""

from __future__ import annotations

import socket
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from factorio_release.portal.upload_body import MAX_READ_BYTES

if TYPE_CHECKING:
    from types import TracebackType

# The library opens connections itself, with no way to hand an object through to them.
_in_force: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class _Watched(HTTPConnection):
    """A connection whose socket the deadline in force can shut down."""

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()
        deadline = _in_force.get()
        if deadline:
            deadline.watch(connection)
        return connection

    def _tunnel(self) -> None:
        super()._tunnel()
        deadline = _in_force.get()
        # http.client takes the end of the connection for the end of the proxy's headers. Without this the
        # request would go out on a tunnel that was never answered for.
        if deadline and deadline.passed:
            raise TimeoutError


class _WatchedSecure(HTTPSConnection, _Watched):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _WatchedSecure


_POOLS = {"http": _Pool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """A transport adapter of requests whose connections, direct or by a proxy, a `Deadline` reaches."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, blocksize=MAX_READ_BYTES, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class Deadline:
    """A context in which every connection that is opened is shut down after `seconds`.

    The time begins when the context is entered. When it is left, its connections are no longer watched.
    The blocked read or write then fails with a connection error, or ends as if the other side had closed.
    `passed` tells whether the deadline was the cause.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._guard = threading.Lock()
        self._handles: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` down at the deadline, or at once if the deadline has passed.

        A second handle of the socket is kept, because the given one may be unusable by then. TLS takes it
        over before the handshake. http.client closes it early if an answer has no announced length: its
        body is still being read. Raises OSError if the system gives no second handle.
        """
        handle = connection.dup()
        with self._guard:
            self._handles.append(handle)
            if self.passed:
                _shut_down(handle)

    def _end(self) -> None:
        with self._guard:
            self.passed = True
            for handle in self._handles:
                _shut_down(handle)

    def __enter__(self) -> Self:
        self._token = _in_force.set(self)
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        _in_force.reset(self._token)
        with self._guard:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


def _shut_down(handle: socket.socket) -> None:
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # no longer connected
