"""The process that waits with everything loaded, and forks for each picture: `python -m studio.decoder.zygote FD`.

It is started without an environment, so it knows no key and no password, and it never reads a byte of a picture itself.
It ends when the process that asks it does.
"""

import os
import signal
import socket
import sys
from contextlib import suppress

import msgspec

from . import child, codec, letters, working
from .facts import Task
from .limits import NOT_BEGUN, READY, TASK_BYTES


def main(handle: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the kernel
    codec.warm_up()
    working.warm_up()
    letters.fonts()  # a child can open no file, so nothing may be left to load
    with socket.socket(fileno=handle) as asked:
        with suppress(BrokenPipeError):  # then there is no task either
            asked.sendall(READY)
        while task := _next_task(asked):
            text, handles = task
            try:
                if os.fork() == 0:
                    asked.close()
                    child.live(msgspec.json.decode(text, type=Task), *handles)
            except OSError as error:  # no memory for another process, or too many of them
                os.write(handles[1], NOT_BEGUN + str(error).encode()[:200])
            finally:
                for each in handles:
                    os.close(each)


def _next_task(asked: socket.socket) -> tuple[bytes, list[int]] | None:
    """None when there will be no further one: whoever asked has ended, or was ended in the middle of a word."""
    try:
        text, handles, _, _ = socket.recv_fds(asked, TASK_BYTES, 4)
    except ConnectionResetError:
        return None
    while text and len(text) < TASK_BYTES:
        text += asked.recv(TASK_BYTES - len(text))
    return (text, handles) if text else None


if __name__ == "__main__":
    main(int(sys.argv[1]))
