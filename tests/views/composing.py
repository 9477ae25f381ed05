"""The composer as a browser sends it, and pictures to put into its tray."""

import io
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from studio.models import Link, Project, Upload, User

HTMX = {"HX-Request": "true"}
A_LINK = "https://pictures.example/a/boat.jpg"


def fields(**changed: object) -> dict[str, object]:
    """One picture by Pro at 1K for $0.09, with whatever the test changes."""
    return {
        "form_token": str(uuid4()),
        "prompt": "A red boat on a quiet lake",
        "model": "pro",
        "size": "1K",
        "ratio": "1:1",
        "variations": "1",
        "quoted_micros": "90000",
        "had_inputs": "0",
        **changed,
    }


def make_upload(project: Project, person: User, *, name: str = "boat.jpg", **facts: object) -> Upload:
    """A picture in the project, without bytes behind it."""
    return Upload.objects.create(
        project=project,
        person=person,
        name=name,
        key=f"pictures/{name}",
        thumbnail_key=f"thumbnails/{name}",
        **{
            "sha256": uuid4().hex,
            "mime_type": "image/jpeg",
            "size_bytes": 1_000_000,
            "width": 1200,
            "height": 800,
        }
        | facts,
    )


def make_link(
    project: Project, person: User, *, url: str = "https://pictures.example/a/boat.jpg", **facts: object
) -> Link:
    """A picture by its address, as it was once seen."""
    seen = {"mime_type": "image/jpeg", "size_bytes": 900_000, "width": 1200, "height": 800, "thumbnail_key": "small"}
    return Link.objects.create(project=project, person=person, url=url, **seen | facts)


def picture_file(
    name: str = "boat.png", *, width: int = 60, height: int = 40, colour: str = "red"
) -> SimpleUploadedFile:
    """A small real picture, as a browser uploads it."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(kept, "PNG")
    return SimpleUploadedFile(name, kept.getvalue(), content_type="image/png")
