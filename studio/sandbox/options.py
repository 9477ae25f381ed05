"""What a sandbox can be told when it starts. `python -m studio.sandbox` and `manage.py sandbox` share it."""

import os
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from .crowd import LIMIT_OF_THE_GATEWAY
from .tls import FAULTS, Certificate, certificate

SPEED_FOR_PEOPLE = 8.0
"""Eight times faster than the real models: long enough to see the stages pass, short enough to stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`speed` divides the believable waiting time; 0 means no waiting at all. `balance` is in dollars."""

    port: int = 8490
    host: str = "127.0.0.1"
    seed: int = 1
    script: Path | None = None
    faults: Path | None = None
    fault_rate: float | None = None
    speed: float = SPEED_FOR_PEOPLE
    book: Path | None = None
    balance: float = 1_000.0
    refusals_free: bool = False
    log_failures: bool = False
    log_delay: float = 0.0
    plain: bool = False
    calls_per_key: int = 0
    tls: Certificate | None = None
    tls_fault: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    default = Options()
    add = parser.add_argument
    add("--port", type=int, default=default.port, help="port to listen on; 0 picks a free one")
    add("--host", default=default.host, help="address to listen on")
    add("--seed", type=int, default=default.seed, help="the same seed makes the same pictures and waits")
    add("--script", type=Path, help="JSON file with a list of behaviours; the n-th call takes the n-th")
    add("--faults", type=Path, help="JSON file with a weight for each behaviour; the seed chooses among them")
    add("--fault-rate", type=float, help="the share of calls that go wrong, from 0 to 1; the seed says which")
    add(
        "--speed",
        type=float,
        default=float(os.environ.get("NB_SANDBOX_SPEED") or default.speed),
        help="how many times faster than the real models; 0 waits for nothing (NB_SANDBOX_SPEED)",
    )
    add("--book", type=Path, help="append every request, charge and answer to this file as JSON lines")
    add("--balance", type=float, default=default.balance, help="dollars on the account at the start")
    add("--refusals-free", action="store_true", help="do not charge answers without a picture")
    add("--log-delay", type=float, default=default.log_delay, help="seconds until a call shows in the usage log")
    add("--plain", action="store_true", help="answer with pictures of one colour, which cost no time")
    add(
        "--calls-per-key",
        type=int,
        nargs="?",
        const=LIMIT_OF_THE_GATEWAY,
        default=default.calls_per_key,
        help="calls under way with one key and model, 429 beyond; without a number 30, 0 is no limit",
    )
    add("--tls", type=certificate, metavar="CERT,KEY", help="two PEM files: listen with TLS")
    add("--tls-fault", choices=FAULTS, default=default.tls_fault, help="what goes wrong while a connection is set up")
    add("--log-failures", action="store_true", help="list failed calls in the usage log too, at quota 0")


def from_arguments(arguments: Namespace) -> Options:
    return Options(**{name: getattr(arguments, name) for name in Options.__dataclass_fields__})
