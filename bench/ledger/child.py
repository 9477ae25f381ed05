"""One measurement in a fresh process, on the empty database that the environment names: fill it, then verify it.

`python -m bench.ledger.child ENTRIES` writes a `Measured` as JSON.
"""

import os
import sys

import django
import msgspec


class Measured(msgspec.Struct, frozen=True):
    """`seconds` by the clock on the wall, `cpu_seconds` of this process; `peak_bytes` on top of the studio itself."""

    entries: int
    filled_seconds: float
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    checks: dict[int, float]
    findings: list[str]


def main(entries: int) -> Measured:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    import time

    from django.core.management import call_command

    from bench.ledger.fill import fill
    from bench.meter import Meter
    from studio.ledger.audit import Scope
    from studio.verify.run import verify

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    written = fill(entries)
    filled_seconds = time.monotonic() - began
    found: list[str] = []
    with Meter() as meter:
        report = verify(Scope(), found=lambda check, finding: found.append(f"{finding.kind}: {finding.row}"))
    seconds = {result.check.number: result.seconds for result in report.results}
    failed = [result.error for result in report.failed]
    return Measured(
        entries=written,
        filled_seconds=filled_seconds,
        seconds=report.seconds,
        cpu_seconds=meter.cpu_seconds,
        peak_bytes=meter.peak_bytes,
        checks=seconds,
        findings=found[:5] + failed,
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(int(sys.argv[1]))))
