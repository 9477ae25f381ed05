"""Broken rules and changed choices in words: what happened and what to do, for the person at the composer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from ..models import Generation, Picture
from ..provider.catalogue import BY_KEY, Model
from ..provider.rules import FOLLOW_SOURCE, Change, Problem
from ..storage.uploads import UploadRefused

# Words of the catalogue, which knows nothing of languages: named here so that they are found and translated.
CATALOGUE_WORDS: Final = (
    gettext_noop("best for lettering, layout and 4K"),
    gettext_noop("fast and versatile, with extreme ratios and small drafts"),
    gettext_noop("the newest of the family, for new work"),
    gettext_noop("cheap and quick, one small picture at a time"),
    gettext_noop("the first generation, works best with up to 3 images"),
    gettext_noop("minimal"),
    gettext_noop("medium"),
    gettext_noop("high"),
)


_GIGABYTE: Final = 1_000_000_000


def megabytes(size_bytes: int) -> str:
    """`9.8`, `100`, `0.1`: decimal megabytes as limits are written, rounded up so that over a limit looks over it."""
    tenths = -(-size_bytes * 10 // 1_000_000)
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def bytes_in_words(size_bytes: int) -> str:
    """`2 KB`, `3.1 MB`: how much was, or will be, on the wire."""
    if size_bytes < 100_000:
        return _("%(size)d KB") % {"size": max(1, round(size_bytes / 1000))}
    if size_bytes < _GIGABYTE:
        return _("%(size)s MB") % {"size": megabytes(size_bytes)}
    return _("%(size).1f GB") % {"size": size_bytes / _GIGABYTE}


def problem_in_words(problem: Problem, pictures: Sequence[Picture]) -> str:
    """One or two sentences for the field the problem belongs to."""
    facts = dict(problem.facts)
    match problem.code:
        case "prompt_missing":
            return _("Write a prompt first.")
        case "prompt_too_long":
            return _("%(length)s characters are too many. At most %(limit)s fit.") % _with_commas(facts)
        case "too_many_images" if facts["history"]:
            return (
                _("That makes %(count)s images, %(history)s of them from the conversation. At most %(limit)s fit.")
                % facts
            )
        case "too_many_images":
            return _("That makes %(count)s images. The model takes at most %(limit)s.") % facts
        case "wrong_type":
            picture = _picture_at(facts, pictures)
            return _("%(name)s is not a PNG, JPEG, WebP or HEIC image.") % {"name": picture}
        case "image_too_big":
            return _("%(name)s is %(size)s MB. The model takes at most %(limit)s MB per image.") % {
                **_in_megabytes(facts),
                "name": _picture_at(facts, pictures),
            }
        case "images_too_heavy":
            sizes = {"size": megabytes(_int(facts["size"])), "limit": megabytes(_int(facts["limit"]))}
            return _("Together they are %(size)s MB as sent; the limit for one request is %(limit)s MB.") % sizes
        case "no_links" | "wrong_scheme" | "link_too_long" | "processed_link":
            return _link_in_words(problem.code, {**facts, "name": _picture_at(facts, pictures)})
        case _other:
            return _choice_in_words(problem.code, facts)


def change_in_words(change: Change, model: Model) -> str:
    """What keeping the choices legal has changed, and why: the model does not take it, or the studio's key for it."""
    facts = {"model": model.short_name, "before": change.before, "after": change.after}
    whole = BY_KEY[model.key]
    match change.field:
        case "history" if change.after:
            return _("%(before)s is a conversation with %(after)s: only its picture goes along now.") % facts
        case "history":
            return _("%(before)s cannot be continued any more: only its picture goes along now.") % facts
        case "size" if change.before in whole.sizes:
            return (
                _("Size changed from %(before)s to %(after)s: the studio’s key for %(model)s takes no other.") % facts
            )
        case "size":
            return _("Size changed from %(before)s to %(after)s: %(model)s does not make %(before)s.") % facts
        case "ratio" if change.after == FOLLOW_SOURCE:
            return _("The ratio follows the last image: the studio’s key for %(model)s takes no other.") % facts
        case "ratio" if change.before == FOLLOW_SOURCE:
            return _("Aspect ratio changed to %(after)s: there is no image to follow.") % facts
        case "ratio" if change.before in whole.ratios:
            return (
                _("Aspect ratio changed from %(before)s to %(after)s: the studio’s key for %(model)s takes no other.")
                % facts
            )
        case "ratio":
            return _("Aspect ratio changed from %(before)s to %(after)s: %(model)s does not make %(before)s.") % facts
        case "thinking_level" if change.after:
            return _("Thinking level changed from %(before)s to %(after)s: %(model)s does not take %(before)s.") % facts
        case "thinking_level" if whole.thinking_levels:
            return _("Thinking level is gone: the studio’s key for %(model)s does not take it.") % facts
        case "thinking_level":
            return _("Thinking level is gone: %(model)s has none to choose.") % facts
        case "image_only":
            return _("The model may write words again: the studio’s key for %(model)s cannot ask without.") % facts
        case _web_search:
            return _("Web search is off: %(model)s cannot search.") % facts


def conversation_over(frame: Generation) -> str:
    return _("%(frame)s cannot be continued any more: its turn is not kept, or the studio asks with another key.") % {
        "frame": frame.frame_number
    }


def refusal_in_words(refusal: UploadRefused) -> str:
    """Why a file was not let in, by its name."""
    facts = refusal.facts
    match refusal.code:
        case "too_big":
            return _("%(name)s is %(size)s MB. At most %(limit)s MB can be added.") % _in_megabytes(facts)
        case "too_many":
            return _(
                "%(name)s was not added: that would make more than %(limit)d images in 24 hours. "
                "Take one of the gallery, or add more from %(time)s on."
            ) % {**facts, "time": date_format(localtime(cast("datetime", facts["at"])), "TIME_FORMAT")}
        case "no_smaller":
            return _("%(name)s cannot be made smaller without losing more than it gains.") % facts
        case "gone":
            return _("The file of %(name)s is missing. Ask an admin of the studio.") % facts
        case "outside":
            return _("The crop is larger than %(name)s.") % facts
        case "no_letters":
            return _("The studio has no font for some of these letters. Write the note with others, or draw it.")
        case "empty":
            return _("%(name)s is empty.") % facts
        case "wrong_type":
            return _("%(name)s is not a PNG, JPEG, WebP or HEIC image.") % facts
        case "too_many_pixels":
            return _("%(name)s has too many pixels. Make a smaller copy and add that.") % facts
        case "away":
            return _("%(name)s: the studio cannot look at images right now. Try again in a minute.") % facts
        case _unreadable:
            return _("%(name)s cannot be read. It may be damaged or only half there.") % facts


def lost_in_words(count: int) -> str:
    return ngettext(
        "One image is no longer here. Look through the tray before you generate.",
        "%(count)s images are no longer here. Look through the tray before you generate.",
        count,
    ) % {"count": count}


def _choice_in_words(code: str, facts: dict[str, object]) -> str:
    match code:
        case "wrong_size" if facts["size"] in _model_named(facts).sizes:
            return _("The studio’s key for %(model)s does not take %(size)s.") % facts
        case "wrong_size" if len(_model_named(facts).sizes) == 1:
            return _("%(model)s makes %(size)s images only.") % {
                "model": _model_named(facts).short_name,
                "size": _model_named(facts).sizes[0],
            }
        case "wrong_size":
            return _("%(model)s does not make %(size)s images.") % facts
        case "wrong_ratio" if not facts["ratio"] or facts["ratio"] in _model_named(facts).ratios:
            return _("The studio’s key for %(model)s takes no such ratio.") % facts
        case "wrong_ratio":
            return _("%(model)s does not make %(ratio)s images.") % facts
        case "no_source":
            return _("There is no image to follow. Add one, or choose a ratio.")
        case "wrong_thinking":
            return _("%(model)s does not take this thinking level.") % facts
        case "no_web_search":
            return _("%(model)s cannot search the web.") % facts
        case "no_image_only":
            return _("The studio’s key for %(model)s cannot ask for an image without words.") % facts
        case "no_history":
            return _("%(model)s cannot go on with an earlier conversation here. Use its picture as an input.") % facts
        case "history_too_big":
            return _("A picture of the conversation is too large to be sent again. Use a smaller copy as an input.")
        case _no_system_prompt:
            return _("%(model)s takes no instructions.") % facts


def _link_in_words(code: str, facts: dict[str, object]) -> str:
    match code:
        case "no_links":
            return _("The studio's key for %(model)s takes no addresses. Copy %(name)s in instead.") % facts
        case "wrong_scheme":
            return _("%(name)s: only https addresses can be sent. Copy the image in instead.") % facts
        case "link_too_long":
            return _("The address of %(name)s is too long to be sent. Copy the image in instead.") % facts
        case _processed_link:
            return (
                _("%(name)s is made on the fly by its server, which the provider refuses. Copy the image in instead.")
                % facts
            )


def _in_megabytes(facts: dict[str, object]) -> dict[str, object]:
    return {**facts, "size": megabytes(_int(facts["size"])), "limit": megabytes(_int(facts["limit"]))}


def _picture_at(facts: dict[str, object], pictures: Sequence[Picture]) -> str:
    return pictures[_int(facts["position"]) - 1].name


def _model_named(facts: dict[str, object]) -> Model:
    return next(model for model in BY_KEY.values() if model.name == facts["model"])


def _with_commas(facts: dict[str, object]) -> dict[str, str]:
    return {name: f"{value:,}" for name, value in facts.items()}


def _int(value: object) -> int:
    return cast("int", value)
