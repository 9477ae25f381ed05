"""One plain sentence for each way a call can end. Shown to people as it stands.

They promise nothing that the provider promises: its own words say that blocked pictures are free, and the gateway
charges for them all the same.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .outcome import Outcome

DETAILS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.DELIVERED: "The picture is here.",
        Outcome.DELIVERED_WITH_WARNING: "The provider stopped early, so the result may be incomplete.",
        Outcome.REFUSED_TEXT: "The model answered in words instead of a picture. The call may have been charged.",
        Outcome.REFUSED_PROMPT: (
            "The provider's content check rejected the prompt or an input picture. The call may have been charged, "
            "and will be again unless something changes."
        ),
        Outcome.REFUSED_OUTPUT: (
            "The finished picture was held back by the provider's content check. The call may have been charged; "
            "another try may pass, but costs again."
        ),
        Outcome.NO_IMAGE: (
            "The model made no picture. Ask clearly for one and describe what it shows. The call may have been charged."
        ),
        Outcome.TRUNCATED: (
            "The answer reached the provider's limit before there was a picture. The call may have been charged."
        ),
        Outcome.PROVIDER_FAULT: "The provider returned nothing usable. The call may have been charged.",
        Outcome.CORRUPT_RESULT: "The provider returned a picture that cannot be read. The call was charged.",
        Outcome.DELIVERY_PENDING: "The picture is made and paid, and is still being fetched.",
        Outcome.DELIVERY_LOST: "The answer did not arrive whole. The call may have been charged.",
        Outcome.OUTCOME_UNKNOWN: (
            "No answer came. The call was probably charged, and its picture cannot be recovered."
        ),
        Outcome.CANCELLED: "Cancelled before anything was sent. Nothing was charged.",
        Outcome.FAILED_NETWORK: "The provider could not be reached. Nothing was sent, and nothing was charged.",
        Outcome.FAILED_INPUT: (
            "The provider did not accept the request: a setting or an input picture is wrong. Nothing was charged."
        ),
        Outcome.HISTORY_ERROR: "The provider could not follow on from the earlier picture.",
        Outcome.FAILED_CONFIG: (
            "The service is not set up properly, and an admin has to look at it. Nothing was charged."
        ),
        Outcome.FAILED_BALANCE: "The studio's balance with the provider is too low. Nothing was charged.",
        Outcome.FAILED_BUSY: "The provider is busy. Nothing was charged.",
        Outcome.FAILED_DELIVERY: "The provider could not deliver its answer. Nothing was charged.",
        Outcome.PROVIDER_ERROR: "The provider had an error of its own. Nothing should have been charged.",
    }
)

_AGAIN: Final = "The call may have been charged, and will be again unless something changes."
_WHY_REFUSED: Final = MappingProxyType(
    {
        "SAFETY": "The provider's content check found the prompt or an input picture unsafe.",
        "PROHIBITED_CONTENT": "The prompt or an input picture may show what the provider's use policy forbids.",
        "BLOCKLIST": "The prompt holds a word that is on a list of the provider.",
        "SPII": "The prompt or an input picture may hold personal data, such as a number of a document.",
        "LANGUAGE": "The model does not answer in the language of the prompt.",
        "RECITATION": "The answer would have been too close to a work of somebody else.",
        "IMAGE_SAFETY": "The provider's content check found an input picture unsafe.",
        "JAILBREAK": "The prompt looked to the provider like an attempt to get round its rules.",
        "MODEL_ARMOR": "A filter of the provider's platform rejected the prompt or an input picture.",
    }
)
_PERHAPS: Final = "The call may have been charged; another try may pass, but costs again."
_WHY_FILTERED: Final = MappingProxyType(
    {
        "IMAGE_SAFETY": "The finished picture was held back by the provider's content check.",
        "IMAGE_PROHIBITED_CONTENT": "The finished picture may show what the provider's use policy forbids.",
        "IMAGE_RECITATION": "The finished picture was too close to a work of somebody else.",
    }
)

DETAILS_BY_REASON: Final[Mapping[tuple[Outcome, str], str]] = MappingProxyType(
    {
        (Outcome.DELIVERED_WITH_WARNING, "only_thoughts"): (
            "The provider sent a sketch and no finished picture; the sketch is shown as the result."
        ),
        (Outcome.DELIVERED_WITH_WARNING, "unreadable_image"): (
            "One picture of the answer could not be read; the others are here."
        ),
        (Outcome.DELIVERED_WITH_WARNING, "images_left_out"): (
            "The answer held more pictures than the studio keeps. The first ones are here; an admin can find the rest."
        ),
        **{(Outcome.REFUSED_PROMPT, reason): f"{why} {_AGAIN}" for reason, why in _WHY_REFUSED.items()},
        **{(Outcome.REFUSED_OUTPUT, reason): f"{why} {_PERHAPS}" for reason, why in _WHY_FILTERED.items()},
        (Outcome.TRUNCATED, "MAX_TOKENS"): (
            "The answer reached the token limit before there was a picture. The call may have been charged. An admin "
            "should raise or drop the limit."
        ),
        (Outcome.PROVIDER_FAULT, "PUP_LIMITED_DISABLED"): (
            "The provider has limited the studio's account under its use policy, and an admin has to look at it. The "
            "call may have been charged."
        ),
        (Outcome.CORRUPT_RESULT, "reader_lost"): (
            "The studio broke off twice while it read the answer, and an admin has to look at it. The answer is kept. "
            "The call was charged."
        ),
        (Outcome.DELIVERY_LOST, "answer_too_large"): (
            "The answer was larger than the studio can keep. The call may have been charged."
        ),
        (Outcome.DELIVERY_LOST, "worker_lost"): (
            "The studio was interrupted while the answer came in. The call may have been charged."
        ),
        (Outcome.DELIVERY_LOST, "link_expired"): (
            "The picture was made and charged, but its link had expired before it was fetched."
        ),
        (Outcome.DELIVERY_LOST, "download_failed"): "The picture was made and charged, but could not be fetched.",
        (Outcome.OUTCOME_UNKNOWN, "timeout"): (
            "No answer came in time. The call was probably charged, and its picture cannot be recovered."
        ),
        (Outcome.OUTCOME_UNKNOWN, "connection_lost"): (
            "The connection broke before an answer came. The call was probably charged."
        ),
        (Outcome.OUTCOME_UNKNOWN, "worker_lost"): (
            "The studio was interrupted during the call. It may have been charged."
        ),
        (Outcome.OUTCOME_UNKNOWN, "redirect"): (
            "The provider pointed to another address, which is never followed. The call may have been charged."
        ),
        (Outcome.OUTCOME_UNKNOWN, "http_524"): (
            "The address in front of the provider gave up waiting. The call was probably charged; an admin should "
            "change the address of the gateway."
        ),
        (Outcome.FAILED_NETWORK, "certificate"): (
            "The provider's address could not prove that it is the provider's. Nothing was sent or charged."
        ),
        (Outcome.FAILED_NETWORK, "upload_cut"): "The request could not be sent whole. Nothing was charged.",
        (Outcome.FAILED_NETWORK, "spool"): (
            "The studio had no place to keep the answer, so nothing was sent. Nothing was charged."
        ),
        (Outcome.FAILED_INPUT, "http_413"): "The input pictures are too large together. Nothing was charged.",
        (Outcome.FAILED_INPUT, "oversize_reset"): (
            "The provider hung up on a very large request; the input pictures are probably too large together. "
            "Nothing was charged."
        ),
        (Outcome.FAILED_INPUT, "image_config"): (
            "The provider does not take this size or aspect ratio for the model. Nothing was charged."
        ),
        (Outcome.FAILED_INPUT, "thinking_config"): (
            "The provider does not take this thinking level for the model. Nothing was charged."
        ),
        (Outcome.FAILED_INPUT, "web_search"): "The provider has no search for this model. Nothing was charged.",
        (Outcome.FAILED_INPUT, "input_image"): "The provider could not use an input picture. Nothing was charged.",
        (Outcome.FAILED_INPUT, "input_changed"): (
            "An input picture changed while it was being sent. Nothing was charged."
        ),
        (Outcome.FAILED_INPUT, "invalid_request_error"): (
            "The provider could not use an input picture. Nothing was charged."
        ),
        (Outcome.FAILED_CONFIG, "http_404"): "The provider does not offer this model now. Nothing was charged.",
        (Outcome.FAILED_BUSY, "http_502"): "The provider is restarting. Nothing was charged.",
    }
)


FOR_OPERATOR: Final = frozenset({Outcome.FAILED_CONFIG, Outcome.FAILED_BALANCE, Outcome.TRUNCATED})
"""Settings, the account, or the token limit: no person who makes pictures can do anything about them."""
REASONS_FOR_OPERATOR: Final = frozenset(
    {"PUP_LIMITED_DISABLED", "http_524", "redirect", "certificate", "spool", "reader_lost"}
)


def is_for_operator(outcome: Outcome, reason: str) -> bool:
    """Whether an admin should hear of it, beside the person who asked."""
    return outcome in FOR_OPERATOR or reason in REASONS_FOR_OPERATOR


def detail_for(outcome: Outcome, reason: str) -> str:
    """The sentence for this reason, or the one for the outcome as such."""
    return DETAILS_BY_REASON.get((outcome, reason), DETAILS[outcome])
