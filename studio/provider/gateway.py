"""Where the paid calls go, and with whose key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from .catalogue import Model
from .chat import PATH as CHAT_PATH
from .way import GEMINIS_OWN, Mode, Way

FORBIDDEN_HOST: Final = "api-cf.apiyi.com"
"""A CDN that gives up after about 100 s with a 524 while the call runs on and is billed; gateway's pages, 2026-08."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One key at one gateway. Raises ValueError for an address or a key that cannot work.

    `name` is what people and the database call the key, `way` is how it is asked. `oss_hosts` are the host suffixes
    that results may be downloaded from. `timeout_scale` multiplies every deadline, for practice and tests. `wire_ids`
    replaces the catalogue's id of a model, by model key: preview and stable ids come and go, and some key groups know
    only one of them.
    """

    base_url: str
    api_key: str = field(repr=False)
    name: str = "main"
    way: Way = GEMINIS_OWN
    oss_hosts: tuple[str, ...] = ("oss-us-west-1.aliyuncs.com",)
    timeout_scale: float = 1.0
    wire_ids: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        # A doubled slash in the path is a 404, and a key read from a file ends with its line.
        object.__setattr__(self, "base_url", self.base_url.strip().rstrip("/"))
        object.__setattr__(self, "api_key", self.api_key.strip())
        parts = urlsplit(self.base_url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.query
            or parts.fragment
            or "@" in parts.netloc
        ):
            raise ValueError(f"no address of a gateway: {self.base_url!r}")
        if parts.hostname == FORBIDDEN_HOST:
            raise ValueError(f"{FORBIDDEN_HOST} cuts long calls and bills them; use api.apiyi.com")
        if not all("!" <= character <= "~" for character in self.api_key):
            raise ValueError("the gateway's key holds characters that no key has")
        if self.timeout_scale <= 0:
            raise ValueError("timeout_scale must be above zero")

    def __repr__(self) -> str:
        return f"Gateway({self.name!r}, base_url={self.base_url!r}, api_key='***', way={self.way!r})"

    def wire_id(self, model: Model) -> str:
        """What this gateway calls the model."""
        return self.wire_ids.get(model.key, model.wire_id)

    def path_for(self, model: Model) -> str:
        """The path of the one call we make: Gemini's own `generateContent`, or the chat's."""
        path = CHAT_PATH if self.way.mode is Mode.CHAT else f"/v1beta/models/{self.wire_id(model)}:generateContent"
        return urlsplit(self.base_url).path + path
