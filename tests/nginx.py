"""A real nginx on this machine, with whatever a test puts into its http block."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from nbweb.environment import BASE_DIR

_AROUND = """
daemon off; pid nginx.pid; error_log errors.log; {user}
events {{}}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  {http}
}}
"""
START_SECONDS = 20


def program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


needed = pytest.mark.skipif(program() is None, reason="optional: there is no nginx on this machine")


@contextmanager
def serving(folder: Path, http: str, *, port: int) -> Iterator[None]:
    """In `folder`, which is new. `http` has to listen on `port` of this machine."""
    found = program()
    assert found
    folder.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_AROUND.format(user=user, http=http))
    server = subprocess.Popen([found, "-p", str(folder), "-c", "nginx.conf", "-e", "errors.log"])
    try:
        _wait_for(port, server)
        yield
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at and server.poll() is None:
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not start")


def as_deployed(port: int, *studios: str) -> str:
    """deploy/nginx as compose.yaml has it, on this port, in front of these `host:port`s in turn."""
    template = (BASE_DIR / "deploy" / "nginx" / "plain.conf.template").read_text()
    return (
        template.replace("${STUDIO}", "; server ".join(studios))
        .replace("listen 8080", f"listen 127.0.0.1:{port}")
        .replace("/etc/nginx/proxy.inc", f"{BASE_DIR}/deploy/nginx/proxy.inc")
    )
