"""A bucket that takes a picture so slowly that no timeout of its client ever comes."""

import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings

from nbweb.environment import Environment, s3_options
from studio.storage import objects

KEY = "pictures/ab/abcd.png"
SIZE_BYTES = 8_000_000


class Slow(BaseHTTPRequestHandler):
    """Holds no object, and takes 200 kB a second of a new one: forty seconds for the whole."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.send_response(HTTPStatus.NOT_FOUND)
        self.end_headers()

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        while left > 0 and (piece := self.rfile.read(min(20_000, left))):
            left -= len(piece)
            time.sleep(0.1)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        variables = {
            "AWS_STORAGE_BUCKET_NAME": "studio",
            "AWS_S3_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "NB_DATA_DIR": str(tmp_path),
        }
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "of nobody")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        options = s3_options(Environment.read(variables))
        default = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": default}
        yield
        server.shutdown()


def test_F28_a_put_that_takes_too_long_is_given_up(bucket: None, settings: Settings, tmp_path: Path) -> None:
    """The deadline is of the whole put; here it is a second instead of two minutes."""
    settings.NB_TIMEOUT_SCALE = 1 / objects.PUT_SECONDS
    picture = tmp_path / "picture.png"
    picture.write_bytes(bytes(SIZE_BYTES))
    with pytest.raises(Exception, match="took too long"):
        objects.put_file(KEY, picture)
