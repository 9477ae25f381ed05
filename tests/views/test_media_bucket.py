"""The media door before a bucket, on a real S3 server: streamed, or by a link that opens a picture for a minute."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import httpx2 as httpx
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from nbweb.environment import Environment, bucket_origins
from studio.models import Membership, Output
from studio.storage.bucket import LINK_SECONDS_MAX
from studio.storage.file_names import content_disposition
from tests.people import Cast
from tests.runs import make_run
from tests.s3 import S3
from tests.storage import samples
from tests.views.picture_door import NAME, SignIn, address, body, make_output, signed_in

__all__ = ["signed_in"]  # a fixture

pytestmark = pytest.mark.s3

DATA = samples.picture(size=(1200, 800))


@pytest.fixture
def output(cast: Cast, bucket: str) -> Output:
    return make_output(make_run(cast.bob, cast.project).generations.get(), DATA)


@pytest.fixture
def by_link(settings: Settings) -> None:
    settings.NB_MEDIA_DELIVERY = "redirect"


@pytest.fixture
def anybody() -> Iterator[httpx.Client]:
    """Who has the link and nothing else."""
    with httpx.Client(trust_env=False) as client:
        yield client


def link(client: Client, output: Output, rendition: str = "original", query: str = "") -> str:
    response = client.get(f"{address(output, rendition)}{query}")
    assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
    return response["Location"]


@pytest.mark.parametrize("asked", [None, "bytes=100-199", "bytes=-7"])
def test_a_picture_is_streamed_through_the_studio(
    cast: Cast, signed_in: SignIn, output: Output, asked: str | None
) -> None:
    response = signed_in(cast.vera).get(address(output), headers={"Range": asked} if asked else {})
    expected = {None: DATA, "bytes=100-199": DATA[100:200], "bytes=-7": DATA[-7:]}[asked]
    assert (response.status_code, body(response)) == (206 if asked else 200, expected)
    assert int(response["Content-Length"]) == len(expected)
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/png", "private, no-store")
    assert response["Content-Disposition"] == content_disposition(NAME, as_attachment=False)


def test_what_is_gone_from_the_bucket_is_not_there(
    cast: Cast, signed_in: SignIn, output: Output, s3: S3, bucket: str, settings: Settings
) -> None:
    s3.client().delete_object(Bucket=bucket, Key=output.key)
    for delivery in ("stream", "redirect"):
        settings.NB_MEDIA_DELIVERY = delivery
        assert signed_in(cast.bob).get(address(output)).status_code == 404
        assert signed_in(cast.bob).head(address(output)).status_code == 404


def test_a_link_opens_that_picture_with_our_type_and_name(
    cast: Cast, signed_in: SignIn, output: Output, by_link: None, anybody: httpx.Client, s3: S3, bucket: str
) -> None:
    # Somebody with the bucket's key called it a page; what we say wins.
    s3.client().put_object(Bucket=bucket, Key=output.key, Body=DATA, ContentType="text/html")
    for query, disposition in (("", "inline"), ("?download", "attachment")):
        got = anybody.get(link(signed_in(cast.bob), output, query=query))
        assert (got.status_code, got.content) == (200, DATA)
        assert got.headers["Content-Type"] == "image/png"
        assert got.headers["Content-Disposition"] == content_disposition(
            NAME, as_attachment=disposition == "attachment"
        )
        assert got.headers["Cache-Control"] == "private, no-store"


def test_a_link_gives_parts(
    cast: Cast, signed_in: SignIn, output: Output, by_link: None, anybody: httpx.Client
) -> None:
    got = anybody.get(link(signed_in(cast.bob), output), headers={"Range": "bytes=10-19"})
    assert (got.status_code, got.content) == (206, DATA[10:20])


def test_B174_a_link_is_dead_after_a_minute(
    cast: Cast,
    signed_in: SignIn,
    output: Output,
    by_link: None,
    anybody: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bob = signed_in(cast.bob)
    assert 0 < int(parse_qs(urlsplit(link(bob, output)).query)["X-Amz-Expires"][0]) <= LINK_SECONDS_MAX <= 60
    for seconds_ago, status in ((30, 200), (61, 403)):
        then = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds_ago)
        with monkeypatch.context() as earlier:
            earlier.setattr(
                botocore.auth, "get_current_datetime", lambda *_, then=then, **__: then.replace(tzinfo=None)
            )
            made = link(bob, output)
        assert anybody.get(made).status_code == status


def test_a_link_opens_nothing_else(
    cast: Cast, signed_in: SignIn, output: Output, by_link: None, anybody: httpx.Client, bucket: str
) -> None:
    made = link(signed_in(cast.bob), output)
    assert anybody.get(made.replace(output.key, output.thumbnail_key)).status_code == 403
    assert anybody.get(made.replace("image%2Fpng", "text%2Fhtml")).status_code == 403
    assert anybody.get(made.partition("?")[0]).status_code == 403
    assert anybody.delete(made).status_code == 403
    assert anybody.put(made, content=b"x").status_code == 403


def test_B173_who_is_removed_gets_no_further_link(cast: Cast, signed_in: SignIn, output: Output, by_link: None) -> None:
    bob = signed_in(cast.bob)
    link(bob, output)
    Membership.objects.filter(person=cast.bob).delete()
    assert bob.get(address(output)).status_code == 404
    assert "Location" not in Client().get(address(output))


def test_what_a_script_reads_comes_through_the_studio(
    cast: Cast, signed_in: SignIn, output: Output, by_link: None
) -> None:
    """The bucket is another origin: a script would need its leave, and a canvas would be closed to it."""
    for mode in ("cors", "same-origin"):
        asks = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": "empty"}
        response = signed_in(cast.bob).get(address(output), headers=asks)
        assert (response.status_code, body(response)) == (200, DATA)


def test_B174_no_page_holds_a_link_to_the_bucket(
    cast: Cast, signed_in: SignIn, output: Output, by_link: None, s3: S3
) -> None:
    for page in (cast.project.get_absolute_url(), output.generation.get_absolute_url(), reverse("projects")):
        text = signed_in(cast.bob).get(page).content.decode()
        assert s3.endpoint not in text
        assert "X-Amz-" not in text


@pytest.mark.parametrize(
    ("variables", "origins"),
    [
        ({"AWS_S3_ENDPOINT_URL": "https://s3.example:9000/path"}, ["https://s3.example:9000"]),
        (
            {"AWS_DEFAULT_REGION": "eu-central-1"},
            ["https://pictures.s3.amazonaws.com", "https://pictures.s3.eu-central-1.amazonaws.com"],
        ),
    ],
)
def test_pages_may_load_pictures_from_where_links_lead(
    tmp_path: Path, variables: dict[str, str], origins: list[str]
) -> None:
    read = {"NB_DATA_DIR": str(tmp_path), "AWS_STORAGE_BUCKET_NAME": "pictures", **variables}
    assert bucket_origins(Environment.read(read), read) == origins
