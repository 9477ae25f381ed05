"""What the database, the spool and the workers say at the moment of being asked. What merely happened is counted in
`telemetry/events.py`.

Every question stays small however long the history is: it asks partial indexes, sums that are kept, or a folder.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce
from prometheus_client.core import GaugeMetricFamily, Metric

from ..jobs import clock
from ..jobs.gateway import current_spool, gateway_keys
from ..models import Attempt, Generation, Instance, Status, Verification, Worker
from ..models.generation import UNFINISHED
from ..provider.outcome import Charge, Outcome


def facts() -> Iterator[Metric]:
    """All of them, in the form of the metrics library. Amounts are micro-dollars, ages and times seconds."""
    now = clock.now()
    yield from _of_the_queue(now)
    yield from _of_money()
    yield from _of_workers(now)
    yield from _of_keys(now)
    yield from _of_the_spool()
    yield from _of_the_last_look()
    yield from _of_the_last_backup()


def _of_the_queue(now: datetime) -> Iterator[Metric]:
    counts = dict.fromkeys(sorted(UNFINISHED), 0)
    under_way = Generation.objects.unfinished().order_by()
    counts |= dict(under_way.values_list("status").annotate(Count("pk")))
    jobs = GaugeMetricFamily("nb_jobs", "Generations that have not ended, by status.", labels=["state"])
    for state, count in counts.items():
        jobs.add_metric([state], count)
    yield jobs
    yield _gauge("nb_queue_depth", "Generations that wait to be sent.", counts[Status.QUEUED])
    since = under_way.aggregate(
        queued=Min("created_at", filter=Q(status=Status.QUEUED)),
        held=Min("created_at", filter=Q(charge=Charge.HELD)),
        holds=Count("pk", filter=Q(charge=Charge.HELD)),
    )
    yield _gauge("nb_queue_age_seconds", "How long the first of them has waited.", _age(since["queued"], now))
    yield _gauge("nb_holds_open", "Generations whose price is set aside.", since["holds"])
    yield _gauge("nb_hold_age_seconds_max", "How long the oldest hold has been open.", _age(since["held"], now))


def _of_money() -> Iterator[Metric]:
    presumed = Attempt.objects.filter(charge=Charge.PRESUMED).aggregate(
        unknown=Count("pk", filter=Q(outcome=Outcome.OUTCOME_UNKNOWN)),
        micros=Sum(Coalesce(F("real_micros"), F("price_micros"))),
    )
    yield _gauge("nb_unknown_open", "Calls without an answer that nobody has decided on.", presumed["unknown"])
    yield _gauge("nb_assumed_charge_micro", "What is presumed to have been charged.", presumed["micros"] or 0)


def _of_workers(now: datetime) -> Iterator[Metric]:
    living = Worker.objects.filter(stopped_at=None)
    sending = living.filter(refusal="").aggregate(last=Max("heartbeat_at"))["last"]
    words = "How long ago a worker that may send was last heard of; -1 when there never was one."
    yield _gauge("nb_worker_heartbeat_age_seconds", words, _age(sending, now) if sending else -1)


def _of_keys(now: datetime) -> Iterator[Metric]:
    shut = GaugeMetricFamily(
        "nb_circuit_open", "1 while nothing is sent with the key, by itself or by an admin.", labels=["key"]
    )
    for key in gateway_keys():
        is_resting = key.rests_until is not None and key.rests_until > now
        shut.add_metric([key.name], float(bool(key.stopped_reason) or is_resting))
    yield shut


def _of_the_spool() -> Iterator[Metric]:
    spool = current_spool()
    yield _gauge("nb_spool_answers", "Answers that are kept.", len(spool.attempt_ids()))
    yield _gauge("nb_spool_bytes", "What they take.", spool.size_bytes())
    if settings.NB_SPOOL_DIR.exists():  # made by the first answer
        free = shutil.disk_usage(settings.NB_SPOOL_DIR).free
        yield _gauge("nb_spool_free_bytes", "What is free where they are.", free)


def _of_the_last_look() -> Iterator[Metric]:
    ended = Verification.objects.filter(finished_at__isnull=False).order_by("-finished_at")
    last, clean = ended.first(), ended.filter(findings_count=0, errors=[]).first()
    yield _gauge(
        "nb_verify_findings", "What the last look through books and pictures found.", last.findings_count if last else 0
    )
    missing = last.missing_count if last else 0
    yield _gauge("nb_media_missing", "Pictures that the last look did not find in the storage.", missing or 0)
    moment = clean.finished_at.timestamp() if clean and clean.finished_at else 0
    yield _gauge("nb_verify_last_ok_timestamp", "When a look last found nothing; 0 for never.", moment)


def _of_the_last_backup() -> Iterator[Metric]:
    last = Instance.objects.filter(pk=1).values_list("backed_up_at", flat=True).first()
    words = "Of which moment the last backup is that was read back whole; 0 for never."
    yield _gauge("nb_backup_last_ok_timestamp", words, last.timestamp() if last else 0)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
