"""`parameters.csv`: what each picture of an archive was asked for with, by whom, when and at what cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise

from ..csv_file import csv_file, plain_dollars, safe_text
from ..models import Generation, Output
from ..provider.outcome import Charge
from ..storage.file_names import file_name, output_stem

HEADER: Final = (
    "file",
    "frame",
    "prompt",
    "instructions",
    "model",
    "size",
    "ratio",
    "person",
    "made_at",
    "status",
    "charge",
    "cost_usd",
    "width",
    "height",
    "bytes",
    "sha256",
    "problem",
)
_PAID: Final = (Charge.CHARGED, Charge.PRESUMED)


@dataclass(frozen=True, slots=True)
class Line:
    """One picture, or a frame without any. The cost of a frame stands beside its first picture alone: it sums up."""

    generation: Generation
    output: Output | None
    is_first: bool
    trouble: Promise | None


def sheet_of(lines: Iterable[Line]) -> bytes:
    """The whole file, as a spreadsheet reads it."""
    return "".join(csv_file(HEADER, map(_cells, lines))).encode()


def _cells(line: Line) -> tuple[str | int, ...]:
    generation, run, output = line.generation, line.generation.run, line.output
    is_paid = generation.charge in _PAID
    cost = plain_dollars(generation.cost_micros if is_paid else 0) if line.is_first else ""
    return (
        file_name(output_stem(output), output.mime_type) if output and not line.trouble else "",
        generation.frame_number,
        safe_text(run.prompt),
        safe_text(run.system_prompt),
        run.model_key,
        run.size,
        run.ratio or "source",
        safe_text(generation.person.display_name),
        timezone.localtime(generation.created_at).isoformat(timespec="seconds"),
        generation.status,
        generation.charge,
        cost,
        *((output.width, output.height, output.size_bytes, output.sha256) if output else ("", "", "", "")),
        str(line.trouble or ""),
    )
