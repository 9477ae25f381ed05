"""What one call is to do. Written as data: in a script, in a header, or as markers in a prompt."""

import msgspec


class Behaviour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`then` says what is answered, `delivery` how it reaches the client; the rest are their details.

    `delay` and `seconds` are real seconds, whatever the speed of the sandbox. `charged` None follows the
    gateway's rules. `times` limits all of this to the first calls with the same prompt.
    """

    then: str = "delivered"
    delivery: str = "whole"
    status: int | None = None
    reason: str = ""
    count: int | None = None
    location: str = ""
    retry_after: int | str | None = None
    headers: dict[str, str] = {}
    delay: float | None = None
    seconds: float | None = None
    after_bytes: int | None = None
    bytes_per_second: int | None = None
    png: bool = False
    layout: str = ""
    pixels: str = ""
    zero: bool = False
    wrapped: bool = False
    failover: bool = False
    charged: bool | None = None
    times: int | None = None

    @property
    def label(self) -> str:
        """A short name for the books, such as `status:429` or `delivered, cut`."""
        detail = self.status if self.then == "status" else self.reason
        what = f"{self.then}:{detail}" if detail else self.then
        return what if self.delivery == "whole" else f"{what}, {self.delivery}"


DELIVERED = Behaviour()


class UnknownBehaviour(ValueError):
    """A name or a value that means nothing here."""
