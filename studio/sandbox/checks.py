"""What the gateway refuses, in the gateway's order. The limits are the catalogue's."""

from dataclasses import dataclass

from ..provider.catalogue import BY_WIRE_ID, IMAGE_BYTES_MAX, Model, nearest_ratio
from .addresses import TAKEN_TYPES, NotReferenced, Reach
from .errors import Refused, gateway_error, google_error, invalid_argument
from .photo import NotAPhoto, Photo, reduce
from .question import Inline, Question

MODALITIES = frozenset({"TEXT", "IMAGE"})
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


def model_named(wire_id: str, *, stable_ids: bool) -> Model:
    """Raises `Refused` for an id that is nobody's, or that a group with `stable_ids` alone does not know."""
    model = BY_WIRE_ID.get(wire_id)
    if model is None or (stable_ids and not _is_stable(wire_id)):
        message = f"No available channel for model {wire_id} (sandbox)"
        raise Refused(404, gateway_error(message, "model_not_found", "invalid_request_error"))
    return model


def _is_stable(wire_id: str) -> bool:
    return wire_id.startswith("gemini-") and not wire_id.endswith("-preview")


def accept(model: Model, wire_id: str, question: Question, reach: Reach) -> Accepted:
    """Raises `Refused` for the first rule that is broken."""
    _check_contents(model, question)
    seen = _seen(question, reach)
    photos = tuple(photo for photo in seen if photo)
    size, ratio = _size(model, question), _ratio(model, question, photos)
    _check_features(model, question)
    return Accepted(
        model=model,
        wire_id=wire_id,
        prompt=question.prompt,
        size=size,
        ratio=ratio,
        photos=photos,
        links=len(seen) - len(photos),
        texts="TEXT" in question.modalities,
        thinking_level=question.thinking_level or model.thinking_default,
        system_characters=len(question.system_prompt),
        searches=int(question.web_search),
    )


def _check_contents(model: Model, question: Question) -> None:
    if not question.prompt.strip() and not question.images:
        raise invalid_argument("Unable to submit request because it must have a text parameter.")
    count = len(question.images)
    if count > model.images_max:
        raise invalid_argument(f"Too many images: {count}, the limit is {model.images_max}.")


def _seen(question: Question, reach: Reach) -> list[Photo | None]:
    """The input pictures in their order; None for one that only the real provider would look at.

    What cannot be reached is not among them: the question says so in `ignored`.
    """
    seen: list[Photo | None] = []
    for position, image in enumerate(question.images):
        try:
            data = _decoded(image, position) if isinstance(image, Inline) else reach.look(image)
        except NotReferenced:
            assert not isinstance(image, Inline)
            question.ignored.append(image.path)
            continue
        # The last picture is the base of an edit, and is shown large.
        is_last = position == len(question.images) - 1
        seen.append(None if data is None else _reduced(data, PHOTO_SIDE_MAX if is_last else INSET_SIDE_MAX))
    return seen


def _decoded(image: Inline, position: int) -> bytes:
    if image.mime_type not in TAKEN_TYPES:
        raise invalid_argument(f"Unsupported MIME type: {image.mime_type}")
    data = image.decode()
    if len(data) > IMAGE_BYTES_MAX:
        raise invalid_argument(f"Image {position + 1} has {len(data)} bytes, the limit is {IMAGE_BYTES_MAX}.")
    return data


def _reduced(data: bytes, side_max: int) -> Photo:
    try:
        return reduce(data, side_max)
    except NotAPhoto as error:
        raise invalid_argument("Unable to process input image.") from error


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


def corrupted_signature() -> Refused:
    return Refused(400, google_error(400, "Corrupted thought signature. (sandbox)", "INVALID_ARGUMENT"))
