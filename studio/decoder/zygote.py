"""The process that waits with everything loaded, and forks for each picture: `python -m studio.decoder.zygote FD`.

It is started without an environment, so it knows no key and no password, and it never reads a byte of a picture itself.
It ends when the process that asks it does.
"""

import os
import signal
import socket
import sys

import msgspec

from . import child, codec
from .limits import NOT_BEGUN, READY, TASK_BYTES


def main(handle: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the kernel
    codec.warm_up()  # a child can open no file, so nothing may be left to load
    with socket.socket(fileno=handle) as asked:
        asked.sendall(READY)
        while task := _next_task(asked):
            text, picture, answer = task
            try:
                if os.fork() == 0:
                    asked.close()
                    child.live(picture, answer, tuple(msgspec.json.decode(text)["edges"]))
            except OSError as error:  # no memory for another process, or too many of them
                os.write(answer, NOT_BEGUN + str(error).encode()[:200])
            finally:
                os.close(picture)
                os.close(answer)


def _next_task(asked: socket.socket) -> tuple[bytes, int, int] | None:
    text, handles, _, _ = socket.recv_fds(asked, TASK_BYTES, 2)
    while text and len(text) < TASK_BYTES:
        text += asked.recv(TASK_BYTES - len(text))
    if not text:
        return None
    picture, answer = handles
    return text, picture, answer


if __name__ == "__main__":
    main(int(sys.argv[1]))
