"""A bound on the whole of a request: time-outs of single reads do not stop a slow trickle."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from factorio_release.portal.upload_body import READ_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_open: set[Any] = set()


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _open.add(self.sock)

    def close(self) -> None:
        _open.discard(self.sock)
        super().close()


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _open.add(self.sock)

    def close(self) -> None:
        _open.discard(self.sock)
        super().close()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """The connections of a session, direct or through a proxy, within reach of a `Deadline`."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, blocksize=READ_SIZE, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class Deadline:
    """A context in which every open connection is shut down once `seconds` have passed.

    The blocked read or write then fails with a connection error, and `passed` tells why.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def _shut(self) -> None:
        self.passed = True
        shut: Callable[[Any, int], None] = socket.socket.shutdown
        for connection in list(_open):
            try:
                shut(connection, socket.SHUT_RDWR)
            except OSError:
                continue  # closed already

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
