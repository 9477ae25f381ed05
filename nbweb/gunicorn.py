"""gunicorn's configuration: a gthread server whose process also runs the embedded worker.

The worker starts here, from the server, and never from `AppConfig.ready()`: no `shell` and no `migrate`
may ever send a paid call.
"""

import os
import shutil
from pathlib import Path

from gunicorn.workers.base import Worker

from nbweb.environment import Environment
from nbweb.logs import logging_config

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
timeout = 60
# A stop waits for paid calls in flight: the longest read timeout of the catalogue and its margin.
graceful_timeout = 750
keepalive = 75
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
_environment = Environment.read()
# More than two dozen people send slowly at a time; a thread that waits costs little (docs/scale.md).
threads = _environment.web_threads
# The server's own lines look like the studio's.
logconfig_dict = logging_config(_environment)
if _environment.metrics:
    # Where the processes keep their counters for whichever of them is asked. Those of the last start are not theirs.
    _counters = _environment.data_dir / "counters"
    shutil.rmtree(_counters, ignore_errors=True)
    _counters.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counters)


def post_worker_init(worker: Worker) -> None:
    from studio.accounts import first_run
    from studio.jobs import embedded
    from studio.metrics import serve
    from studio.telemetry import spans

    spans.start()
    first_run.announce_once()
    embedded.start()
    serve.start()


def worker_exit(server: object, worker: Worker) -> None:
    from studio.jobs import embedded
    from studio.metrics import serve
    from studio.telemetry import spans

    embedded.stop()
    serve.stop()
    spans.stop()
