"""A decoder that somebody has taken over: it does what stands in the "picture", and says how far it came.

It runs in place of the studio's: `python -m tests.decoder.evil FD`.
"""

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from studio.decoder import child, codec, zygote
from studio.decoder.facts import PictureFacts


def open_a_file() -> str:
    return f"read {len(Path('/etc/hostname').read_bytes())} bytes"


def open_in_the_place_of_another() -> str:
    os.close(2)
    return open_a_file()


def connect() -> str:
    with socket.create_connection(("127.0.0.1", 9), timeout=1):
        return "connected"


def run_a_program() -> str:
    return str(subprocess.run(["/bin/true"], check=False).returncode)


def look_for_secrets() -> str:
    return ",".join(sorted(os.environ)) or "nothing"


def look_for_handles() -> str:
    found = []
    for handle in range(64):
        try:
            os.fstat(handle)
        except OSError:
            continue
        found.append(str(handle))
    return ",".join(found)


def take_memory() -> str:
    return str(len(bytearray(4 << 30)))


def write_without_end() -> NoReturn:
    while True:
        os.write(1, bytes(1 << 20))


def spin() -> NoReturn:
    while True:
        pass


def hang() -> NoReturn:
    while True:
        signal.pause()


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


ACTS: Final[dict[str, Callable[[], str]]] = {
    act.__name__: act
    for act in (
        *(open_a_file, open_in_the_place_of_another, connect, run_a_program, look_for_secrets, look_for_handles),
        *(take_memory, write_without_end, spin, hang, die),
    )
}


def facts_of(file: BinaryIO) -> PictureFacts:
    try:
        told = ACTS[file.read().decode()]()
    except (OSError, MemoryError) as error:
        told = type(error).__name__
    return PictureFacts(told, 1, 1)


if __name__ == "__main__":
    codec.facts_of = facts_of
    # A test does not wait as long as the studio would.
    child.WALL_SECONDS = 3
    child.LIMITS = tuple((what, 1 if what == resource.RLIMIT_CPU else most) for what, most in child.LIMITS)
    zygote.main(int(sys.argv[1]))
