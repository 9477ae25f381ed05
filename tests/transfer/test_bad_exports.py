"""Every file of the list is refused in a sentence, soon, and leaves nothing behind."""

import time
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from studio.models import Project, Run, Upload
from studio.transfer.bring_in import bring_in
from studio.transfer.parcel import Refused
from tests.badinputs.exports import EXPORTS, BadExport, packed
from tests.people import Cast
from tests.transfer.furnished import export, furnish, objects_there


@pytest.fixture
def members(cast: Cast, tmp_path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(export(furnish(cast), tmp_path / "good.zip")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("bad", EXPORTS, ids=str)
def test_it_is_refused_and_leaves_nothing(
    cast: Cast, tmp_path: Path, settings: Settings, members: dict[str, bytes], bad: BadExport
) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(bad.make(members))
    settings.MEDIA_ROOT = tmp_path / "other"
    before = (Project.objects.count(), Run.objects.count(), Upload.objects.count())
    began = time.process_time()
    with pytest.raises(Refused) as refusal:
        bring_in(path, owner=cast.dana)
    assert bad.verdict in str(refusal.value)
    assert "Traceback" not in str(refusal.value)
    assert time.process_time() - began < 5
    assert (Project.objects.count(), Run.objects.count(), Upload.objects.count()) == before
    assert objects_there(tmp_path / "other") == set()


def test_the_one_they_were_made_from_is_let_in(cast: Cast, tmp_path: Path, members: dict[str, bytes]) -> None:
    """Packed anew by any program, and compressed as well."""
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = tmp_path / f"{kind}.zip"
        path.write_bytes(packed(members, kind))
        assert bring_in(path, owner=cast.dana).runs.count() == 4
