"""200 without a picture: refused in words, stopped by a filter, or simply empty. All of it is charged."""

from .call import Call, Reply
from .envelope import envelope, text_part, without_parts
from .usage import blocked, rejected, worded

WORDS = "I'm not able to make that picture. Describe the scene another way and I will gladly try. (sandbox)"
# The real message promises that filtered pictures are free. The gateway charges them all the same.
FILTERED = "The picture was filtered under the provider's use policy. You will not be charged for it. (sandbox)"
WITH_MESSAGE = frozenset({"IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT"})


def text_refusal(call: Call) -> Reply:
    """Words only, and the reason is STOP: as polite as a success."""
    parts = [text_part(call, call.behaviour.reason or WORDS)]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    return envelope(call, {"candidates": [candidate]}, worded(call, call.chance.randint(11, 200)))


def null_candidates(call: Call) -> Reply:
    """Rejected before anything was made."""
    return envelope(call, {"candidates": None, "promptFeedback": {"safetyRatings": None}}, rejected(call))


def block(call: Call) -> Reply:
    """Google's schema for a blocked prompt: no candidates at all, and a reason."""
    feedback = {"blockReason": call.behaviour.reason or "PROHIBITED_CONTENT", "safetyRatings": []}
    usage = rejected(call)
    del usage["candidatesTokenCount"]
    return envelope(call, {"promptFeedback": feedback}, usage)


def finish(call: Call) -> Reply:
    reason = call.behaviour.reason or "IMAGE_SAFETY"
    return without_parts(call, reason, FILTERED if reason in WITH_MESSAGE else "")


def no_image(call: Call) -> Reply:
    return without_parts(call, call.behaviour.reason or "NO_IMAGE")


def max_tokens(call: Call) -> Reply:
    return without_parts(call, "MAX_TOKENS")


def empty(call: Call) -> Reply:
    """A natural end with nothing in it."""
    content = {"role": "model", "parts": []}
    return envelope(call, {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}]}, blocked(call))
