"""`Retry-After` in both its forms, and in the forms it should not have."""

import re
import time
from email.utils import formatdate

_DATE = re.compile(r"date(?:[:=](-?\d+))?")


def written(asked: int | str) -> str:
    """The value of the header: `date:7` is the date in 7 seconds; everything else goes out as it is."""
    if found := _DATE.fullmatch(str(asked)):
        return formatdate(time.time() + int(found[1] or 2), usegmt=True)
    return str(asked)
