"""The page `/metrics`, served by the first process of a server that gets its port; the next takes over when it ends.

The port is a door of its own, for the machines that watch: nothing else answers there, and nobody signs in.
"""

import errno
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from typing import Final
from wsgiref.simple_server import WSGIServer

from django.conf import settings
from django.db import DatabaseError, connections
from prometheus_client import REGISTRY, CollectorRegistry, start_wsgi_server
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from .facts import facts

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 2.0
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable: where the processes of one server keep their counters for one another."""


class Facts(Collector):
    """A database that is away answers no question: the counters are shown all the same."""

    def collect(self) -> Iterable[Metric]:
        try:
            return list(facts())
        except DatabaseError:
            logger.warning("metrics: the database does not answer")
            return []
        finally:
            connections.close_all()


class _AllOfThem(Collector):
    """Counters and facts of this moment; the counters of all processes where there are several."""

    def collect(self) -> Iterator[Metric]:
        if os.environ.get(FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            yield from registry.collect()
        else:
            yield from REGISTRY.collect()
        yield from Facts().collect()


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_AllOfThem())
    return registry


class Watched:
    """Serves the page as long as the process lives, or waits for the port to become free."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._stopping = threading.Event()
        self._server: WSGIServer | None = None
        self._thread = threading.Thread(target=self._main, name="metrics", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _main(self) -> None:
        server = self._bound()
        if server is None:
            return
        logger.info("metrics: http://%s:%s/metrics", self.host, server.server_port)
        self.port = server.server_port
        self._stopping.wait()
        server.shutdown()
        server.server_close()

    def _bound(self) -> WSGIServer | None:
        """The server, once the port is free; None when the process stops first."""
        while not self._stopping.is_set():
            try:
                server, _ = start_wsgi_server(self.port, self.host, registry=_registry())
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    logger.error("metrics: cannot listen on %s:%s: %s", self.host, self.port, error)
                    return None
                self._stopping.wait(AGAIN_SECONDS)
            else:
                return server
        return None


_watched: Watched | None = None


def start() -> None:
    """Serve the page from this process, or as soon as the one that does has ended. Nothing without `NB_METRICS`."""
    global _watched
    if settings.NB_METRICS:
        _watched = Watched(*settings.NB_METRICS)
        _watched.start()


def stop() -> None:
    if _watched:
        _watched.stop()
