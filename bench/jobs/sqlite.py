"""Eight threads that write: with the studio's settings of SQLite, and with Django's own."""

from ..bars import Bar
from .studio import Lab

THREADS = 8


def measure(lab: Lab, seconds: float) -> list[Bar]:
    """A row read and changed and two rows added, again and again, each time in a transaction of its own."""
    studio = lab.studio(scaled=False)
    found = {}
    for settings in ("nbweb.settings", "bench.jobs.plain_settings"):
        with studio.process(DJANGO_SETTINGS_MODULE=settings) as inside:
            found[settings] = inside.do("write", threads=THREADS, seconds=seconds)
    ours, plain = found.values()
    for name, told in (("the studio's", ours), ("Django's", plain)):
        print(f"  {name:13} {told['transactions'] / seconds:7.0f} transactions/s, {told['locked']} times locked out")
    ratio = ours["transactions"] / plain["transactions"]
    return [
        Bar(f"SQLite, {THREADS} threads: locked out", ours["locked"], 0, 0, "times"),
        Bar(f"SQLite, {THREADS} threads: transactions", ratio, 4, 5, "× Django's", at_least=True),
    ]
