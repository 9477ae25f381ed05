"""What the gateway refuses, in the gateway's order. The limits are the catalogue's."""

from dataclasses import dataclass

from ..provider.catalogue import BY_WIRE_ID, IMAGE_BYTES_MAX, IMAGE_TYPES, Model, nearest_ratio
from .errors import Refused, gateway_error, google_error, invalid_argument
from .photo import NotAPhoto, Photo, reduce
from .question import Question

TAKEN_TYPES = (*IMAGE_TYPES, "image/jpg")
MODALITIES = frozenset({"TEXT", "IMAGE"})
PROCESSED_LINK = ("x-oss-process", "imageMogr", "imageView", "x-bce-process", "x-tos-process")
"""Marks of links that make a picture on the fly; what they deliver is not what their name says."""

PHOTO_SIDE_MAX = 1536
INSET_SIDE_MAX = 512


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that will be answered: all of it that the answer needs, and no more."""

    model: Model
    wire_id: str
    prompt: str
    size: str
    ratio: str
    photos: tuple[Photo, ...]
    links: int
    texts: bool
    thinking_level: str
    system_characters: int
    searches: int


def model_named(wire_id: str) -> Model:
    model = BY_WIRE_ID.get(wire_id)
    if model is None:
        message = f"No available channel for model {wire_id} (sandbox)"
        raise Refused(404, gateway_error(message, "model_not_found", "invalid_request_error"))
    return model


def accept(model: Model, wire_id: str, question: Question) -> Accepted:
    """Raises `Refused` for the first rule that is broken."""
    _check_contents(model, question)
    photos = _photos(model, question)
    size, ratio = _size(model, question), _ratio(model, question, photos)
    _check_features(model, question)
    return Accepted(
        model=model,
        wire_id=wire_id,
        prompt=question.prompt,
        size=size,
        ratio=ratio,
        photos=photos,
        links=len(question.links),
        texts="TEXT" in question.modalities,
        thinking_level=question.thinking_level or model.thinking_default,
        system_characters=len(question.system_prompt),
        searches=int(question.web_search),
    )


def _check_contents(model: Model, question: Question) -> None:
    if not question.prompt.strip() and not question.images and not question.links:
        raise invalid_argument("Unable to submit request because it must have a text parameter.")
    count = len(question.images) + len(question.links)
    if count > model.images_max:
        raise invalid_argument(f"Too many images: {count}, the limit is {model.images_max}.")
    for link in question.links:
        if any(mark in link for mark in PROCESSED_LINK):
            raise Refused(429, lookalike("the image content does not match the MIME type"))


def _photos(model: Model, question: Question) -> tuple[Photo, ...]:
    photos = []
    last = len(question.images) - 1
    for position, image in enumerate(question.images):
        if image.mime_type not in TAKEN_TYPES:
            raise invalid_argument(f"Unsupported MIME type: {image.mime_type}")
        data = image.decode()
        if len(data) > IMAGE_BYTES_MAX:
            raise invalid_argument(f"Image {position + 1} has {len(data)} bytes, the limit is {IMAGE_BYTES_MAX}.")
        try:
            photos.append(reduce(data, PHOTO_SIDE_MAX if position == last else INSET_SIDE_MAX))
        except NotAPhoto as error:
            raise invalid_argument("Unable to process input image.") from error
    return tuple(photos)


def _size(model: Model, question: Question) -> str:
    if question.size is None:
        return model.size_default
    if not model.sends_size:
        raise invalid_argument("Image size is not supported for this model.")
    if question.size not in model.sizes:
        raise invalid_argument(f"Invalid value at 'generation_config.image_config.image_size': {question.size!r}")
    return question.size


def _ratio(model: Model, question: Question, photos: tuple[Photo, ...]) -> str:
    if question.ratio is None:
        return nearest_ratio(model, *photos[-1].shape) if photos else "1:1"
    if question.ratio not in model.ratios:
        raise invalid_argument(f"Invalid value at 'generation_config.image_config.aspect_ratio': {question.ratio!r}")
    return question.ratio


def _check_features(model: Model, question: Question) -> None:
    if question.candidate_count != 1:
        raise invalid_argument("Multiple candidates is not enabled for this model")
    unknown = set(question.modalities) - MODALITIES
    if unknown or not question.modalities:
        raise invalid_argument("Invalid value at 'generation_config.response_modalities'")
    # Pro thinks always and takes any level without an effect; Gen 1 does not think and says so.
    if question.thinking_level and model.key == "gen1":
        raise invalid_argument("Thinking level is not supported for this model.")
    if question.thinking_level and model.thinking_levels and question.thinking_level not in model.thinking_levels:
        raise invalid_argument(f"Thinking level {question.thinking_level.upper()} is not supported for this model.")
    if question.web_search and not model.web_search:
        raise invalid_argument("Search as tool is not enabled for this model")


def lookalike(message: str) -> dict[str, object]:
    """A lasting input error in the clothes of a rate limit."""
    body = gateway_error(f"{message} (sandbox)", "", "invalid_request_error")
    body["error"]["code"] = 429
    return body


def corrupted_signature() -> Refused:
    return Refused(400, google_error(400, "Corrupted thought signature. (sandbox)", "INVALID_ARGUMENT"))
