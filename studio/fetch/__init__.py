"""The one door for every request to another machine that is not a paid call. Knows nothing of Django.

Everything here assumes that the address was written by somebody who wants to reach our own network: a person, the
model, or a server on the way. What may be reached is decided by the address that a name resolves to, and the
connection then goes to that very address.
"""

from .download import download
from .errand import Fetched, FetchFailed
from .notify import notify
from .page import Bounds, read_page
from .public import download_public
from .target import FetchRefused, plain_url, public_target_of

__all__ = [
    "Bounds",
    "FetchFailed",
    "FetchRefused",
    "Fetched",
    "download",
    "download_public",
    "notify",
    "plain_url",
    "public_target_of",
    "read_page",
]
