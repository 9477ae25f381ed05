"""Token counts as the gateway reports them: plausible, and odd in the same places."""

from typing import Any

from .call import Call

IMAGE_INPUT_TOKENS = 258


def delivered(call: Call, images: int) -> dict[str, Any]:
    """Counts of an answer with pictures. The output count exceeds its details by a hidden overhead."""
    model, chance = call.accepted.model, call.chance
    shown = images * model.image_tokens[call.accepted.size]
    # Measured: 88-630 on Pro, about 400 on the others.
    overhead = chance.randint(88, 630) if model.key == "pro" else chance.randint(340, 460)
    counts = _counts(call, shown + overhead, _thoughts(call))
    counts["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": shown}]
    return counts


def worded(call: Call, output: int) -> dict[str, Any]:
    """Counts of an answer in words alone."""
    return _counts(call, output, _thoughts(call))


def blocked(call: Call) -> dict[str, Any]:
    """Counts of a stopped answer. Two ways of counting exist: thinking mirrored as output, or output zero."""
    thoughts = call.chance.randint(90, 350)
    counts = _counts(call, 0 if call.behaviour.zero else thoughts, thoughts)
    counts["totalTokenCount"] = counts["promptTokenCount"] + thoughts
    return counts


def rejected(call: Call) -> dict[str, Any]:
    """Counts of a prompt that reached no model: nothing came out, and nothing was thought."""
    prompt = _prompt(call)
    return {"promptTokenCount": prompt, "candidatesTokenCount": 0, "totalTokenCount": prompt}


def _counts(call: Call, output: int, thoughts: int) -> dict[str, Any]:
    prompt = _prompt(call)
    details = [{"modality": "TEXT", "tokenCount": _text(call)}]
    if images := _images(call):
        details.append({"modality": "IMAGE", "tokenCount": images})
    counts: dict[str, Any] = {"promptTokenCount": prompt, "candidatesTokenCount": output}
    if thoughts:
        counts["thoughtsTokenCount"] = thoughts
    counts["totalTokenCount"] = prompt + output + thoughts
    counts["promptTokensDetails"] = details
    return counts


def _thoughts(call: Call) -> int:
    """Thinking on Pro always; on the others by the level, and no field at all at `minimal`."""
    model, level = call.accepted.model, call.accepted.thinking_level
    if model.key == "pro":
        return call.chance.randint(50, 350)
    return {"medium": call.chance.randint(300, 500), "high": call.chance.randint(700, 800)}.get(level, 0)


def _prompt(call: Call) -> int:
    return _text(call) + _images(call)


def _text(call: Call) -> int:
    return max(1, (len(call.accepted.prompt) + call.accepted.system_characters) // 4)


def _images(call: Call) -> int:
    return IMAGE_INPUT_TOKENS * (len(call.accepted.photos) + call.accepted.links)
