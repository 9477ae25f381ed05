"""Fills the studio that the environment names with one large picture, and says how it is asked for: a line of JSON."""

import hashlib
import io
import json
import os
from pathlib import Path

import django

LARGE_BYTES = 24_000_000


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    print(json.dumps(_filled()))


def _filled() -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    from nbweb.environment import BASE_DIR
    from studio.decoder import examine
    from studio.models import Output
    from studio.storage import keys, objects
    from studio.storage.thumbnails import put_thumbnails
    from tests import people
    from tests.runs import make_attempt, make_run

    cast = people.cast()
    generation = make_run(cast.bob, cast.project).generations.get()
    examined = examine(io.BytesIO((BASE_DIR / "demo/photos/coffee.jpg").read_bytes()))
    data = os.urandom(LARGE_BYTES)
    sha256 = hashlib.sha256(data).hexdigest()
    key = keys.picture_key(sha256, "image/png")
    objects.put_bytes(key, data)
    output = Output.objects.create(
        generation=generation,
        attempt=make_attempt(generation),
        role=Output.Role.PRIMARY,
        position=0,
        mime_type="image/png",
        size_bytes=LARGE_BYTES,
        width=examined.facts.width,
        height=examined.facts.height,
        sha256=sha256,
        key=key,
        thumbnail_key=put_thumbnails(sha256, examined.thumbnails),
        colour=examined.colour,
    )
    from bench.media.site import BARE_FILE

    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    (Path(settings.MEDIA_ROOT) / BARE_FILE).write_bytes(examined.thumbnails[2])
    client = Client()
    client.force_login(cast.bob)
    address = f"/media/outputs/{output.public_id}"
    return {
        "cookie": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "large": f"{address}/original/",
        "small": f"{address}/thumbnail-320/",
    }


if __name__ == "__main__":
    main()
