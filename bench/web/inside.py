"""In the process of the studio: `python -m bench.web.inside fill COUNT`, or `admitted NAME`; the answer is JSON."""

import os
import sys

import django
import msgspec


def main(act: str, what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from .fill import admitted, fill_studio

    told = fill_studio(int(what)) if act == "fill" else admitted(what)
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main(*sys.argv[1:3])
