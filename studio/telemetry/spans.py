"""Where the time of a request or of a call went, for a collector of traces (OpenTelemetry) at `NB_TRACES_URL`.

Without that address a span is nothing and its library is not loaded. A span bears the ids that log lines bear, so a
search for a generation finds the form, the call and the storing, whichever processes did them. What it says of an
error has gone through the same redaction as a log line.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from .ids import current
from .redact import Redaction

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

logger = logging.getLogger(__name__)

SERVICE: Final = "nb-studio"
FLUSH_MILLISECONDS: Final = 5_000
"""How long a process that stops waits for a collector that does not answer."""

_provider: "TracerProvider | None" = None


@contextmanager
def span(
    name: str, expected: tuple[type[Exception], ...] = (), /, **attributes: str | int
) -> Iterator[dict[str, str | int]]:
    """What is done inside is one span. What becomes known on the way is put into the dictionary that it gives.

    An `expected` exception is a way out and no error: the span says its name, and has not failed.
    """
    known: dict[str, str | int] = {}
    if _provider is None:
        yield known
        return
    from opentelemetry.trace import Status, StatusCode

    tracer = _provider.get_tracer(SERVICE)
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as here:
        try:
            yield known
        except expected as way_out:
            known["studio.left_by"] = type(way_out).__name__
            raise
        except Exception as error:
            words = _redacted(str(error))
            here.add_event("exception", {"exception.type": type(error).__name__, "exception.message": words})
            here.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            ids = {f"studio.{key}": value for key, value in current().items()}
            here.set_attributes({**ids, **known})


def start() -> None:
    """For a process that serves or sends; not for commands, nor before a fork. Nothing without `NB_TRACES_URL`."""
    global _provider
    if settings.NB_TRACES_URL and _provider is None:
        _provider = _begun(settings.NB_TRACES_URL)


def stop() -> None:
    """Send what is left, if somebody takes it."""
    global _provider
    if _provider is not None:
        _provider.force_flush(FLUSH_MILLISECONDS)
        _provider.shutdown()
        _provider = None


def _begun(url: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}), shutdown_on_exit=False)
    # Headers of the collector, a token say, come by the library's own OTEL_EXPORTER_OTLP_HEADERS.
    exporter: Any = OTLPSpanExporter(endpoint=url, timeout=FLUSH_MILLISECONDS / 1000)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _redacted(text: str) -> str:
    return Redaction(settings.NB_SECRETS)(text)[:1000]
