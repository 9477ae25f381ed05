"""An address that somebody typed for the tray: written as the wire wants it, and not one of our own."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..fetch import plain_url
from ..links.refusal import AddressRefused
from ..links.take import BUCKET, Wanted
from ..provider.catalogue import IMAGE_TYPES, Model
from .address_words import address_refusal_in_words
from .choices import first_choice

COPY: Final = "copy"
SEND: Final = "send"
CHARACTERS_MAX: Final = 4_096
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_BY_ENDING: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
}


class AddressForm(forms.Form):
    """The part of the composer that holds an address. `host` is where this studio is being asked, with its port."""

    address = forms.CharField(
        required=False, error_messages={"null_characters_not_allowed": _("This is no web address.")}
    )
    address_as = forms.ChoiceField(choices=[(COPY, COPY), (SEND, SEND)], required=False)
    address_type = forms.ChoiceField(choices=[(each, each) for each in IMAGE_TYPES], required=False)

    def __init__(self, data: QueryDict, *, models: Sequence[Model], host: str) -> None:
        super().__init__(data)
        models = tuple(models)
        self._model = next((each for each in models if each.key == data.get("model")), first_choice(models))
        self._host = host.lower()

    def clean_address(self) -> str:
        """The address, without what stands around it. Which ones may be fetched is not decided here."""
        url = plain_url(self.cleaned_data["address"])
        if not url:
            raise forms.ValidationError(_("Type or paste the address of an image."))
        if len(url) > CHARACTERS_MAX:
            self._refuse("too_long", limit=CHARACTERS_MAX)
        if self._is_own(url):
            self._refuse("own_media")
        return url

    @property
    def wanted(self) -> Wanted:
        """The valid form as what is to be taken."""
        values: dict[str, Any] = self.cleaned_data
        url = values["address"]
        ending = url.rpartition(".")[2].lower() if url.startswith(BUCKET) else ""
        return Wanted(
            url,
            is_sent=values["address_as"] == SEND,
            model=self._model,
            mime_type=values["address_type"] or _BY_ENDING.get(ending, ""),
        )

    def refuse(self, refusal: AddressRefused) -> None:
        """Say at the field why the address was not taken after all."""
        self.add_error("address", address_refusal_in_words(refusal))

    @property
    def sentences(self) -> list[str]:
        """What is wrong with it, as it is shown."""
        return [str(sentence) for found in self.errors.values() for sentence in found]

    def _is_own(self, url: str) -> bool:
        """Whether it leads to this studio: its pictures are in the gallery, and are shown to its members alone."""
        try:
            parts = urlsplit(url)
            named = parts.hostname or ""
        except ValueError:
            return False
        if not parts.scheme.startswith("http"):
            return False
        # On loopback the port tells the studio from the sandbox; elsewhere a name is the studio's at any port.
        names = {*settings.ALLOWED_HOSTS, self._host.partition(":")[0]} - _LOOPBACK
        return parts.netloc.lower() == self._host or named in names

    def _refuse(self, code: str, **facts: object) -> None:
        raise forms.ValidationError(address_refusal_in_words(AddressRefused(code, **facts)))
