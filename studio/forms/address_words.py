"""Why an address was not taken, in words: one sentence on what is the matter, one on what to do."""

from http import HTTPStatus
from typing import Final, cast

from django.utils.translation import gettext as _

from ..links.refusal import AddressRefused
from ..storage.uploads import UploadRefused
from .words import megabytes, refusal_in_words

_PRIVATE: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def address_refusal_in_words(refusal: AddressRefused) -> str:
    """For the field the address stands in. The address itself is never repeated: its query may be a secret."""
    facts = refusal.facts
    match refusal.code:
        case "bad_address" | "not_https" | "port" | "userinfo" | "too_long" | "own_media":
            return _of_what_was_typed(refusal.code, facts)
        case "no_links" | "no_buckets" | "bucket_copy" | "bucket_type" | "processed" | "mismatch":
            return _of_what_is_sent(refusal.code, facts)
        case "too_many_checks":
            return (
                _("That is more than %(limit)d addresses in %(minutes)d minutes. Wait a little, or add files.") % facts
            )
        case "too_many":
            return refusal_in_words(UploadRefused(refusal.code, **facts))
        case "status":
            return _of_a_status(cast("int", facts["status"]))
        case "too_large":
            return _("The image is larger than %(limit)s MB. Make a smaller copy and add that.") % {
                "limit": megabytes(cast("int", facts["limit"]))
            }
        case "wrong_type" | "empty":
            return _(
                "There is no PNG, JPEG, WebP or HEIC image at this address. It may be a page around the image, or a "
                "sign-in: open the image alone and copy its address."
            )
        case "unreadable":
            return _("The image at this address cannot be read. It may be damaged or only half there.")
        case "away":
            return _("The studio cannot look at images right now. Try again in a minute.")
        case "too_many_pixels":
            return _("The image at this address has too many pixels. Make a smaller copy and add that.")
        case _unreachable:
            return _(
                "The studio cannot reach this address. Only images on the open internet are fetched: "
                "download it yourself and add the file."
            )


def _of_what_was_typed(code: str, facts: dict[str, object]) -> str:
    match code:
        case "not_https":
            return _("Only addresses that begin with https:// are fetched.")
        case "port":
            return _("Addresses with a port number are not fetched.")
        case "userinfo":
            return _("Addresses with a user name or a password in them are not fetched.")
        case "too_long":
            return _("The address is longer than %(limit)d characters. Add the file instead.") % facts
        case "own_media":
            return _("This address leads to the studio itself. Choose the image under From gallery instead.")
        case _bad_address:
            return _("This is no web address.")


def _of_what_is_sent(code: str, facts: dict[str, object]) -> str:
    match code:
        case "no_links":
            return _("The studio's key for %(model)s takes no addresses. Copy the image in instead.") % facts
        case "no_buckets":
            return _("The studio's key for %(model)s takes no gs:// addresses. Add the file instead.") % facts
        case "bucket_copy":
            return _("Only the provider can open a gs:// address. Send the address, or add the file.")
        case "bucket_type":
            return _("The address does not say what kind of image it is. Choose its type.")
        case "processed":
            return _(
                "The image is made on the fly by its server, which the provider refuses. Take away what follows the "
                "question mark, or copy the image in."
            )
        case _mismatch:
            if not facts["said"]:
                return _("Its server does not say that this is an image, so the provider may refuse it. Copy it in.")
            return (
                _("Its server calls it %(said)s, but it is %(actual)s: the provider refuses that. Copy it in.") % facts
            )


def _of_a_status(status: int) -> str:
    facts = {"status": status}
    if status in _PRIVATE:
        return (
            _("The server answered %(status)d: the image may be private. Download it yourself and add the file.")
            % facts
        )
    if status == HTTPStatus.NOT_FOUND:
        return _("The server answered %(status)d: there is nothing at this address.") % facts
    return (
        _("The server answered %(status)d. Try again later, or download the image yourself and add the file.") % facts
    )
