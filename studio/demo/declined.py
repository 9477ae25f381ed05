"""A refused picture of the demo, as the gateway's log confirms it: so that Reimbursement has something to show.

It takes the steps of every call, one after the other, with an answer that nobody sent. It is of somebody else's and in
a project of its own: what those find who sign in is theirs, and begins empty.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.db import transaction

from ..jobs.call import call_of
from ..jobs.claim import claim
from ..jobs.mark import mark, note_sent
from ..jobs.settle import conclude, record_answer
from ..jobs.submit import submit
from ..ledger import post
from ..models import Attempt, Membership, Project, Reconciliation, Role, Run, User
from ..prices import Quote
from ..provider.catalogue import BY_KEY
from ..provider.evidence import Evidence, Stage
from ..provider.request import GenerationRequest
from ..provider.spool import Spool
from ..reconcile.log_row import MICROS_PER_QUOTA, LogRow
from ..reconcile.run import period_of, reconcile

PROJECT: Final = "Poster studies"
ALLOWANCE_MICROS: Final = 20_000_000
SECONDS: Final = 22
"""What such a call takes."""
_PRO: Final = BY_KEY["pro"]
_REQUEST: Final = GenerationRequest(
    model_key=_PRO.key, prompt="A famous film star on a poster for the winter fair, smiling", size="2K", ratio="3:4"
)
_ANSWER: Final = {
    "candidates": [{"content": {"parts": []}, "finishReason": "IMAGE_SAFETY", "index": 0}],
    "usageMetadata": {"promptTokenCount": 16, "thoughtsTokenCount": 142, "totalTokenCount": 158},
    "modelVersion": _PRO.key,
    "responseId": "practice",
}


def make_declined(*, now: datetime) -> None:
    """Idempotent: made with its project, and left alone once that is there."""
    project, is_new = Project.objects.get_or_create(name=PROJECT)
    if not is_new:
        return
    began = now - timedelta(seconds=SECONDS)
    run = _asked(_noor(project, began), project, began)
    attempt = _refused(run, began, now)
    row = LogRow(
        request_id=attempt.request_id,
        logged_at=now,
        model_name=_PRO.wire_id,
        quota=attempt.price_micros // MICROS_PER_QUOTA,
        completion_tokens=142,
        seconds=SECONDS,
        billing_type="by_count",
    )
    reconcile([row], period_of([row], now), source=Reconciliation.Source.FILE, is_whole=False, now=now)


def _noor(project: Project, now: datetime) -> User:
    """Without a password: nobody signs in as her."""
    noor, _ = User.objects.get_or_create(username="noor", defaults={"first_name": "Noor", "last_name": "Haddad"})
    noor.set_unusable_password()
    noor.save(update_fields=["password"])
    Membership.objects.get_or_create(project=project, person=noor, defaults={"role": Role.OWNER})
    with transaction.atomic():
        post.set_allowance(noor, ALLOWANCE_MICROS, recorded_by=None, now=now)
    return noor


def _asked(person: User, project: Project, now: datetime) -> Run:
    quote = Quote.of(_PRO, _REQUEST.size, 1, now)
    return submit(
        _REQUEST,
        project=project,
        person=person,
        variations=1,
        inputs=[],
        form_token=uuid4(),
        quoted_micros=quote.total_micros,
        now=now,
    )


def _refused(run: Run, began: datetime, ended: datetime) -> Attempt:
    generation = run.generations.select_related("run", "person", "project").get()
    mine = claim(generation.pk, worker_id=uuid4(), now=began)
    assert mine, "no worker runs yet"
    attempt = mark(mine, call_of(generation), now=began)
    note_sent(mine, attempt.pk)
    record_answer(mine, attempt, _kept(attempt.pk), now=ended)
    conclude(mine, Attempt.objects.get(pk=attempt.pk), now=ended)
    return Attempt.objects.get(pk=attempt.pk)


def _kept(attempt_id: UUID) -> Evidence:
    """The answer in the spool, as it comes in."""
    name = f"practice-{attempt_id.hex[:12]}"
    body = msgspec.json.encode(_ANSWER)
    evidence = Evidence(
        stage=Stage.COMPLETE,
        http_status=200,
        request_ids={"x-request-id": name},
        bytes_received=len(body),
        sent_seconds=0.1,
        first_byte_seconds=float(SECONDS),
        finished_seconds=float(SECONDS),
    )
    with Spool(settings.NB_SPOOL_DIR, reserve_bytes=0).open(str(attempt_id)) as writer:
        writer.head(200, {"x-request-id": name})
        writer.document(body)
        writer.complete(evidence)
    return evidence
