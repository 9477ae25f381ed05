"""The studio on several machines: nginx in front of two web processes, three workers, one PostgreSQL, one S3 store.

Each process has a folder of its own, as if it were alone on its machine: `make test-several` runs the browser's tests
against it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from nbweb.environment import BASE_DIR, Environment, s3_options
from studio.demo.processes import free_port, web_command
from studio.jobs.belonging import remember
from studio.models import Worker
from tests import nginx, s3
from tests.e2e.running import Studio

WEBS = ("web-one", "web-two")
WORKERS = ("worker-one", "worker-two", "worker-three")
IS_ASKED_FOR = os.environ.get("E2E_STUDIO") == "several"
WORKERS_SECONDS = 120
SLOTS = 2
"""Of each worker."""


@dataclass
class SeveralMachines(Studio):
    """What `Studio` is, in parts. `folder` has one folder for each machine, and nothing in it is shared."""

    stack: ExitStack = field(default_factory=ExitStack)
    proxy: ExitStack = field(default_factory=ExitStack)
    store: Mapping[str, str] = field(default_factory=dict)
    """The variables by which the studio finds its bucket."""

    def prepare(self) -> None:
        """A bucket, which is the storage of the tests' own process as well."""
        server = self.stack.enter_context(s3.server())
        self.store = {**server.environment(), "AWS_STORAGE_BUCKET_NAME": server.bucket()}
        os.environ |= self.store
        options = s3_options(Environment.read({**self.store, "NB_DATA_DIR": str(self.folder)}))
        bucket = {"BACKEND": "studio.storage.bucket.BucketStorage", "OPTIONS": options}
        self.stack.enter_context(override_settings(STORAGES={**settings.STORAGES, "default": bucket, "bucket": bucket}))
        super().prepare()
        # As before the first start of a release: the tests' own settings know nothing of the queue's tables.
        command = [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--verbosity=0"]
        subprocess.run(command, check=True, env={**os.environ, **self.of(WEBS[0])}, stdin=subprocess.DEVNULL)

    def of(self, machine: str, **more: str) -> dict[str, str]:
        """The settings of a process there."""
        told = connection.settings_dict
        database = f"postgresql://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
        # The scale of the deadlines is for a gateway that answers at once. Nobody freezes here, and a machine that is
        # busy with all of this may well take two seconds between two questions.
        database += "?" + urlencode({"options": "-c idle_in_transaction_session_timeout=60000 -c jit=off"})
        shared = {key: value for key, value in self.environment.items() if key != "MEDIA_ROOT"} | dict(self.store)
        own = {"NB_DATA_DIR": str(self.folder / machine), "NB_WORKER": "procrastinate", "NB_TRUSTED_PROXIES": "1"}
        return shared | own | {"DATABASE_URL": database} | more

    @property
    def slots(self) -> int:
        return SLOTS * len(WORKERS)

    @property
    def origins(self) -> list[str]:
        return [self.store["AWS_S3_ENDPOINT_URL"]]

    def start(self) -> None:
        ports = [free_port() for _ in WEBS]
        for machine in WORKERS:
            command = [sys.executable, str(BASE_DIR / "manage.py"), "worker", "--slots", str(SLOTS)]
            told = {**os.environ, **self.of(machine)}
            child = subprocess.Popen(command, env=told, stdin=subprocess.DEVNULL, start_new_session=True)
            self.processes.children.append(child)
        for machine, port in zip(WEBS, ports, strict=True):
            at = f"http://127.0.0.1:{port}/livez"
            self.processes.start(web_command(), environment=self.of(machine, PORT=str(port)), answers_at=at)
        front = nginx.as_deployed(self.port, *(f"127.0.0.1:{port}" for port in ports))
        self.proxy.enter_context(nginx.serving(self.folder / f"nginx-{ports[0]}", front, port=self.port))
        self._wait_for_workers()

    def _wait_for_workers(self) -> None:
        deadline = time.monotonic() + WORKERS_SECONDS
        while Worker.objects.count() < len(WORKERS):
            assert time.monotonic() < deadline, "the workers do not sign in"
            time.sleep(0.1)

    def kill(self) -> None:
        self.proxy.close()
        super().kill()

    def restart(self) -> None:
        self.proxy.close()
        super().restart()

    def begin_anew(self) -> None:
        self.proxy.close()
        super().begin_anew()

    def stop(self) -> None:
        self.proxy.close()
        super().stop()
        self.stack.close()

    def forget(self) -> None:
        """Each worker's machine is told where it is. Without a memory it would wait for another one to send first,
        as is right for a machine that is new to a studio with a history, and all three would wait for each other.
        """
        for machine in WORKERS:
            with override_settings(NB_SPOOL_DIR=self.folder / machine / "spool"):
                remember()
