"""The dialog "By URL" as it stands: closed and empty, or as the person left it."""

from dataclasses import dataclass
from typing import Final, Self

from django.http import QueryDict

from ..forms.address import COPY, SEND
from ..provider.catalogue import IMAGE_TYPES, LINK_CHARACTERS_MAX

OPEN: Final = "by-url"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class ByUrl:
    """`is_open` is for pages without script: with it the browser opens and closes the dialog itself."""

    text: str = ""
    is_sent: bool = False
    mime_type: str = ""
    is_open: bool = False

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """From the composer's fields. A typed address keeps the dialog open until it is added or put aside."""
        if data.get("dialog") == CLOSED:
            return cls()
        text = data.get("address", "")
        return cls(
            text=text[: 2 * LINK_CHARACTERS_MAX],
            is_sent=data.get("address_as") == SEND,
            mime_type=data.get("address_type", ""),
            is_open=bool(text) or data.get("dialog") == OPEN,
        )

    @property
    def copy_value(self) -> str:
        return COPY

    @property
    def send_value(self) -> str:
        return SEND

    @property
    def types(self) -> list[tuple[str, str]]:
        """What a `gs://` address may stand for: value, name."""
        return [(value, value.partition("/")[2].upper()) for value in IMAGE_TYPES]
