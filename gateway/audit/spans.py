"""Copies of an entry's spans for an OpenTelemetry collector: made after the entry is durable, best effort, no values.

The trail itself holds every span; what is lost here is lost to watching the house, never to the law (Art. 19).
"""

import re
import time
from typing import Final

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from gateway.audit.entry import Attribute, Entry, Span
from gateway.errors import StartRefused
from schema.disclosure import Outcome

__all__ = ["SpanCopies", "open_copies"]

SERVICE: Final = "xinyong"
_TRACES: Final = "/v1/traces"
_TIMEOUT_S: Final = 3
_SCOPE: Final = InstrumentationScope(SERVICE)
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_PLAIN_NAME: Final = re.compile(r"(?!\w*[0-9]{6})[A-Za-z_]\w{0,63}", re.ASCII)
"""A name that a client gave an operation, unless it could hold a code or an identity number."""


class SpanCopies:
    """Builds spans from entries and hands them to a processor of the SDK."""

    def __init__(self, provider: TracerProvider, processor: SpanProcessor) -> None:
        """Hand spans of *provider*'s resource to *processor*."""
        self._provider = provider
        self._processor = processor
        self._ids = RandomIdGenerator()

    def send(self, entry: Entry) -> None:
        """Send copies of the operation's span and of every span below it."""
        trace_id = int(entry.trace_id, 16)
        root = self._context(trace_id)
        for each in entry.spans:
            self._processor.on_end(self._below(each, trace_id, root))
        self._processor.on_end(
            ReadableSpan(
                name="query",
                context=root,
                resource=self._provider.resource,
                attributes=dict(_told(entry)),
                kind=SpanKind.SERVER,
                status=_status(failed=entry.outcome is Outcome.FAILED),
                start_time=entry.started_at_ns,
                end_time=max(time.time_ns(), entry.started_at_ns),
                instrumentation_scope=_SCOPE,
            )
        )

    def close(self) -> None:
        """Send what waits; takes as long as the collector needs, at most a few seconds."""
        self._processor.shutdown()
        self._provider.shutdown()

    def _below(self, span: Span, trace_id: int, root: SpanContext) -> ReadableSpan:
        name, started_ns, duration_ns, attributes = span
        return ReadableSpan(
            name=name,
            context=self._context(trace_id),
            parent=root,
            resource=self._provider.resource,
            attributes={f"xinyong.{key}": value for key, value in attributes},
            status=_status(failed=any(key == "failed" and value for key, value in attributes)),
            start_time=started_ns,
            end_time=started_ns + duration_ns,
            instrumentation_scope=_SCOPE,
        )

    def _context(self, trace_id: int) -> SpanContext:
        return SpanContext(trace_id, self._ids.generate_span_id(), is_remote=False, trace_flags=_SAMPLED)


def open_copies(endpoint: str | None, processor: SpanProcessor | None = None) -> SpanCopies | None:
    """Give the copies for a collector at *endpoint*, or for a *processor*; without either no span leaves.

    Raises:
        StartRefused: OpenTelemetry is switched off by ``OTEL_SDK_DISABLED``.

    """
    provider = TracerProvider(
        sampler=ALWAYS_ON, resource=Resource.create({"service.name": SERVICE}), shutdown_on_exit=False
    )
    if not provider.get_tracer(SERVICE).start_span("probe").is_recording():
        message = "OpenTelemetry is switched off, so no span would ever leave: unset OTEL_SDK_DISABLED"
        raise StartRefused(message)
    if processor is None and endpoint is not None:
        processor = BatchSpanProcessor(_exporter(endpoint))
    return None if processor is None else SpanCopies(provider, processor)


def _exporter(endpoint: str) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 (slow to import)

    address = endpoint if endpoint.endswith(_TRACES) else endpoint.rstrip("/") + _TRACES
    return OTLPSpanExporter(endpoint=address, timeout=_TIMEOUT_S)


def _told(entry: Entry) -> list[Attribute]:
    """Give what the operation's span says: nothing of who was asked about, nor of what was answered."""
    told: list[Attribute] = [
        ("xinyong.document", entry.document_digest),
        ("xinyong.outcome", entry.outcome.value),
        ("xinyong.channel", entry.channel),
        ("xinyong.subjects", len(entry.subjects)),
        ("xinyong.errors", ",".join(entry.errors)),
    ]
    if entry.operation_name is not None and _PLAIN_NAME.fullmatch(entry.operation_name):
        told.append(("graphql.operation.name", entry.operation_name))
    return told


def _status(*, failed: bool) -> Status:
    return Status(StatusCode.ERROR if failed else StatusCode.UNSET)
