"""A process of the studio that does what it is told: one line of JSON in, one line of JSON out, until its input ends.

`python -m bench.jobs.inside`, with the studio's settings in the environment. It asks for pictures through `submit`, as
the form does, and can be the embedded worker's owner as a web process is.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from studio.jobs import embedded

    from .commands import COMMANDS

    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(COMMANDS[name](**arguments)), flush=True)
    embedded.stop()


if __name__ == "__main__":
    main()
