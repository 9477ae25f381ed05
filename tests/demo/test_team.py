"""The demo's team: made once, and found again."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import timezone
from pytest_django import Settings

from studio.demo.team import PROJECT, TEAM, make_team
from studio.ledger import audit
from studio.ledger.balance import month_of, month_summary
from studio.models import LedgerEntry, Membership, Project, Upload, User
from tests.storage.samples import ROOT

pytestmark = pytest.mark.django_db

PHOTOS = ROOT / "demo/photos"


@pytest.fixture
def photos(settings: Settings, tmp_path: Path) -> Path:
    """Three of them: enough to see, and quick."""
    settings.MEDIA_ROOT = tmp_path / "media"
    chosen = tmp_path / "photos"
    chosen.mkdir()
    for photo in sorted(PHOTOS.glob("*.jpg"))[:3]:
        shutil.copy(photo, chosen)
    return chosen


def counts() -> tuple[int, ...]:
    return tuple(noun.objects.count() for noun in (User, Project, Membership, Upload, LedgerEntry))


def test_everybody_is_there_with_a_role_and_money(photos: Path) -> None:
    project = make_team(photos=photos, now=timezone.now())
    assert project.name == PROJECT
    for member in TEAM:
        person = User.objects.get(email=member.email)
        assert person.check_password(site.NB_DEMO_PASSWORD)
        assert person.memberships.get().role == member.role
        assert month_summary(person, month_of(timezone.now())).left_micros == member.allowance_micros
        assert person.is_studio_admin is member.is_admin
    assert list(audit.findings()) == []


def test_the_photographs_are_in_the_tray(photos: Path) -> None:
    project = make_team(photos=photos, now=timezone.now())
    names = {upload.name for upload in project.uploads.all()}
    assert names == {photo.name for photo in photos.iterdir()}


def test_a_second_start_changes_nothing(photos: Path) -> None:
    make_team(photos=photos, now=timezone.now())
    before = counts()
    make_team(photos=photos, now=timezone.now())
    assert counts() == before


def test_a_changed_password_stays_changed(photos: Path) -> None:
    make_team(photos=photos, now=timezone.now())
    dana = User.objects.get(username="dana")
    dana.set_password("another one entirely")
    dana.save()
    make_team(photos=photos, now=timezone.now())
    assert User.objects.get(username="dana").check_password("another one entirely")


def test_a_first_start_that_was_cut_short_is_finished_by_the_next(photos: Path) -> None:
    make_team(photos=photos, now=timezone.now())
    kept = Upload.objects.order_by("pk").first()
    assert kept is not None
    Upload.objects.exclude(pk=kept.pk).delete()
    make_team(photos=photos, now=timezone.now())
    assert Upload.objects.count() == 3
    assert Upload.objects.filter(pk=kept.pk).exists()
