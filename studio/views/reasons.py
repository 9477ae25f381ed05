"""Why a call ended as it did, in a person's words. What it cost and what to do now are said beside it, not here.

The provider room has its own sentences (`provider/details.py`), which go into the record in English. A test sees to it
that every reason of theirs has one here.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Generation
from ..provider.outcome import Outcome

OUTCOMES: Final[Mapping[str, Promise]] = {
    Outcome.DELIVERED_WITH_WARNING: _("The provider stopped early, so the result may be incomplete."),
    Outcome.REFUSED_TEXT: _("The model answered with text only."),
    Outcome.REFUSED_PROMPT: _("The model declined this request."),
    Outcome.REFUSED_OUTPUT: _("The model held back the picture it had made."),
    Outcome.NO_IMAGE: _("The model made no picture."),
    Outcome.TRUNCATED: _("The answer was cut short before there was a picture."),
    Outcome.PROVIDER_FAULT: _("The provider returned nothing usable."),
    Outcome.CORRUPT_RESULT: _("The picture arrived damaged."),
    Outcome.DELIVERY_LOST: _("The picture was made but did not arrive."),
    Outcome.CANCELLED: _("Stopped before sending."),
    Outcome.FAILED_NETWORK: _("The provider could not be reached."),
    Outcome.FAILED_INPUT: _("The request was not valid."),
    Outcome.HISTORY_ERROR: _("The provider could not follow on from the earlier picture."),
    Outcome.FAILED_CONFIG: _("The studio’s access to the provider is not set up properly."),
    Outcome.FAILED_BALANCE: _("The studio’s balance with the provider is too low."),
    Outcome.FAILED_BUSY: _("Provider busy."),
    Outcome.FAILED_DELIVERY: _("The provider could not deliver its answer."),
    Outcome.PROVIDER_ERROR: _("The provider had an error of its own."),
}

REASONS: Final[Mapping[tuple[str, str], Promise]] = {
    (Outcome.DELIVERED_WITH_WARNING, "only_thoughts"): _(
        "There was a sketch and no finished picture; this is the sketch."
    ),
    (Outcome.DELIVERED_WITH_WARNING, "unreadable_image"): _(
        "One picture of the answer could not be read; the others are here."
    ),
    (Outcome.DELIVERED_WITH_WARNING, "images_left_out"): _(
        "The answer held more pictures than are kept; the first ones are here."
    ),
    (Outcome.DELIVERED_WITH_WARNING, "link_expired"): _("The link of one picture had expired; the others are here."),
    (Outcome.DELIVERED_WITH_WARNING, "download_failed"): _("One picture could not be fetched; the others are here."),
    (Outcome.REFUSED_PROMPT, "SAFETY"): _("The content check found the prompt or an input image unsafe."),
    (Outcome.REFUSED_PROMPT, "PROHIBITED_CONTENT"): _(
        "The prompt or an input image may show what the provider forbids."
    ),
    (Outcome.REFUSED_PROMPT, "BLOCKLIST"): _("The prompt holds a word that the provider does not allow."),
    (Outcome.REFUSED_PROMPT, "SPII"): _("The prompt or an input image may hold personal data."),
    (Outcome.REFUSED_PROMPT, "LANGUAGE"): _("The model does not answer in the language of the prompt."),
    (Outcome.REFUSED_PROMPT, "RECITATION"): _("The answer would have been too close to somebody else’s work."),
    (Outcome.REFUSED_PROMPT, "IMAGE_SAFETY"): _("The content check found an input image unsafe."),
    (Outcome.REFUSED_PROMPT, "JAILBREAK"): _("To the provider the prompt looked like a way round its rules."),
    (Outcome.REFUSED_PROMPT, "MODEL_ARMOR"): _("A filter of the provider’s platform rejected the request."),
    (Outcome.REFUSED_OUTPUT, "IMAGE_SAFETY"): _("The content check held the finished picture back."),
    (Outcome.REFUSED_OUTPUT, "IMAGE_PROHIBITED_CONTENT"): _("The finished picture may show what the provider forbids."),
    (Outcome.REFUSED_OUTPUT, "IMAGE_RECITATION"): _("The finished picture was too close to somebody else’s work."),
    (Outcome.TRUNCATED, "MAX_TOKENS"): _("The answer reached the token limit before there was a picture."),
    (Outcome.PROVIDER_FAULT, "PUP_LIMITED_DISABLED"): _("The provider has limited the studio’s account."),
    (Outcome.CORRUPT_RESULT, "reader_lost"): _("The studio broke off twice while it read the answer. It is kept."),
    (Outcome.DELIVERY_LOST, "answer_too_large"): _("The answer was larger than the studio can keep."),
    (Outcome.DELIVERY_LOST, "worker_lost"): _("The studio was interrupted while the answer came in."),
    (Outcome.DELIVERY_LOST, "link_expired"): _("The picture was made, but its link expired before it was fetched."),
    (Outcome.DELIVERY_LOST, "download_failed"): _("The picture was made, but could not be fetched."),
    (Outcome.OUTCOME_UNKNOWN, "timeout"): _("No answer came in time."),
    (Outcome.OUTCOME_UNKNOWN, "connection_lost"): _("The connection broke before an answer came."),
    (Outcome.OUTCOME_UNKNOWN, "worker_lost"): _("The studio was interrupted during the call."),
    (Outcome.OUTCOME_UNKNOWN, "redirect"): _("The provider pointed to another address, which is never followed."),
    (Outcome.OUTCOME_UNKNOWN, "http_524"): _("What stands in front of the provider gave up waiting."),
    (Outcome.FAILED_NETWORK, "certificate"): _("The provider’s address could not prove that it is the provider’s."),
    (Outcome.FAILED_NETWORK, "upload_cut"): _("The request could not be sent whole."),
    (Outcome.FAILED_NETWORK, "spool"): _("The studio had no place to keep the answer, so nothing was sent."),
    (Outcome.FAILED_INPUT, "http_413"): _("The input images are too large together."),
    (Outcome.FAILED_INPUT, "oversize_reset"): _("The input images are probably too large together."),
    (Outcome.FAILED_INPUT, "image_config"): _("The provider does not take this size or aspect ratio for the model."),
    (Outcome.FAILED_INPUT, "thinking_config"): _("The provider does not take this thinking level for the model."),
    (Outcome.FAILED_INPUT, "web_search"): _("The provider has no search for this model."),
    (Outcome.FAILED_INPUT, "input_image"): _("The provider could not use an input image."),
    (Outcome.FAILED_INPUT, "invalid_request_error"): _("The provider could not use an input image."),
    (Outcome.FAILED_INPUT, "input_changed"): _("An input image changed while it was being sent."),
    (Outcome.FAILED_CONFIG, "http_404"): _("The provider does not offer this model now."),
    (Outcome.FAILED_BUSY, "http_502"): _("The provider is restarting."),
    (Outcome.CANCELLED, "no_longer_a_maker"): _("Its author no longer makes pictures in this project."),
    (Outcome.CANCELLED, "project_archived"): _("The project was archived before it was sent."),
    (Outcome.CANCELLED, "restored"): _("The studio was restored or moved. Look whether this was made before."),
}


def reason_in_words(generation: Generation) -> str:
    """One sentence: by the very reason where there is one, else by the outcome, else as it was recorded."""
    words = REASONS.get((generation.outcome, generation.reason)) or OUTCOMES.get(generation.outcome)
    return str(words or generation.detail)


def warning_in_words(generation: Generation) -> str:
    """What to know of a picture that came, but not as it should have; empty when all is well."""
    return reason_in_words(generation) if generation.outcome == Outcome.DELIVERED_WITH_WARNING else ""
