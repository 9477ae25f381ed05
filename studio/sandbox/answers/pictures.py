"""Answers that hold at least one good picture, in every arrangement the models use."""

import pybase64

from .call import Call, Part, Reply
from .envelope import caption, image_part, text_part, with_parts

STEPS = ("Start", "Build it up", "Add the detail", "Bring in the light", "Balance the colours", "Finish")


def delivered(call: Call) -> Reply:
    return with_parts(call, [*caption(call), image_part(call, call.picture())], images=1)


def several(call: Call) -> Reply:
    """Deliverables with words between them; without words nothing tells them from drafts."""
    parts: list[Part] = []
    count = call.count(3)
    for number in range(count):
        if call.texts:
            parts.append(text_part(call, f"Step {number + 1}: {STEPS[number % len(STEPS)].lower()}."))
        parts.append(image_part(call, call.picture(number)))
    return with_parts(call, parts, images=count)


def drafts(call: Call) -> Reply:
    """Pictures back to back, none of them flagged: the last is final."""
    count = call.count(3)
    parts = [image_part(call, call.picture(number)) for number in range(count)]
    return with_parts(call, parts, images=count)


def duplicates(call: Call) -> Reply:
    picture = call.picture()
    return with_parts(call, [image_part(call, picture) for _ in range(call.count(2))], images=1)


def thoughts(call: Call) -> Reply:
    """Google's documented form: words and a picture flagged as thinking, then the final one."""
    parts = [*_thought(call), _flagged(image_part(call, call.picture(0))), image_part(call, call.picture(1))]
    return with_parts(call, parts, images=1)


def thought_only(call: Call) -> Reply:
    """The only picture is flagged as thinking."""
    return with_parts(call, [*_thought(call), _flagged(image_part(call, call.picture()))], images=1)


def unfinished(call: Call) -> Reply:
    """A picture, and a reason that is not STOP."""
    parts = [*caption(call), image_part(call, call.picture())]
    return with_parts(call, parts, images=1, finish=call.behaviour.reason or "MAX_TOKENS")


def data_uri(call: Call) -> Reply:
    encoded = pybase64.b64encode(call.picture()).decode()
    return with_parts(call, [text_part(call, f"data:{call.format.mime_type};base64,{encoded}")], images=1)


def snake_case(call: Call) -> Reply:
    encoded = pybase64.b64encode(call.picture()).decode()
    part = {"inline_data": {"mime_type": call.format.mime_type, "data": encoded}}
    return with_parts(call, [*caption(call), part], images=1)


def _thought(call: Call) -> list[Part]:
    return [{"text": "Checking the composition first.", "thought": True}] if call.texts else []


def _flagged(part: Part) -> Part:
    """As a thought: flagged, and without a signature."""
    return {**{name: value for name, value in part.items() if name != "thoughtSignature"}, "thought": True}
