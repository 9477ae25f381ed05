"""Everything a call can be answered with, by name. `docs/sandbox.md` has a line for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from . import broken, bulk, links, pictures, refusals, statuses
from .call import Call, Reply


@dataclass(frozen=True, slots=True)
class Answer:
    """`charged` by the gateway's rules; None asks the status. `pace` is its share of a picture's time.

    A `refusal` is a 200 without a picture: charged too, unless the sandbox was told otherwise. Where `delivers`
    says so, a picture comes after all, and is charged.
    """

    make: Callable[[Call], Reply]
    charged: bool | None = True
    pace: float = 1.0
    refusal: bool = False
    delivers: Callable[[Call], bool] = lambda _: False


def _refusal(make: Callable[[Call], Reply], pace: float = 0.4) -> Answer:
    return Answer(make, pace=pace, refusal=True)


ANSWERS: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        "delivered": Answer(pictures.delivered),
        "several": Answer(pictures.several),
        "drafts": Answer(pictures.drafts),
        "duplicates": Answer(pictures.duplicates),
        "thoughts": Answer(pictures.thoughts),
        "thought_only": Answer(pictures.thought_only),
        "unfinished": Answer(pictures.unfinished),
        "data_uri": Answer(pictures.data_uri),
        "snake_case": Answer(pictures.snake_case),
        "corrupt": Answer(broken.corrupt),
        "bad_base64": Answer(broken.bad_base64),
        "wrong_mime": Answer(broken.wrong_mime),
        "pixel_bomb": Answer(bulk.pixel_bomb),
        "odd_text": Answer(broken.odd_text),
        "bom": Answer(broken.bom),
        "oss": Answer(links.oss),
        "oss_expired": Answer(links.oss_expired),
        "oss_missing": Answer(links.oss_missing),
        "oss_later": Answer(links.oss_later),
        "oss_html": Answer(links.oss_html),
        "oss_other": Answer(links.oss_other),
        "oss_type": Answer(links.oss_type),
        "oss_empty": Answer(links.oss_empty),
        "oss_huge": Answer(links.oss_huge),
        "oss_gzip": Answer(links.oss_gzip),
        "oss_drip": Answer(links.oss_drip),
        "oss_cut": Answer(links.oss_cut),
        "oss_redirect": Answer(links.oss_redirect),
        "oss_loop": Answer(links.oss_loop),
        "oss_foreign": Answer(links.oss_foreign),
        "text_refusal": _refusal(refusals.text_refusal),
        "null_candidates": _refusal(refusals.null_candidates, pace=0.1),
        "block": _refusal(refusals.block, pace=0.1),
        "finish": _refusal(refusals.finish),
        "no_image": _refusal(refusals.no_image, pace=0.2),
        "max_tokens": _refusal(refusals.max_tokens),
        "empty": _refusal(refusals.empty),
        "html": _refusal(broken.html),
        "empty_body": _refusal(broken.empty_body),
        "not_json": _refusal(broken.not_json),
        "deep": _refusal(broken.deep),
        "gzip_bomb": _refusal(bulk.gzip_bomb),
        "big": _refusal(bulk.big),
        "big_declared": _refusal(bulk.big_declared),
        "status": Answer(statuses.status, charged=None, pace=0.1),
        "write_response_body_failed": Answer(statuses.write_response_body_failed, charged=False),
        "quota": Answer(statuses.quota, charged=False, pace=0.0),
        "lookalike_429": Answer(statuses.lookalike_429, charged=False, pace=0.0),
        "signature": Answer(statuses.signature, charged=None, delivers=lambda call: not call.has_history),
        "missing_signature": Answer(
            statuses.missing_signature, charged=None, delivers=lambda call: not call.is_unsigned
        ),
        "redirect": Answer(statuses.redirect, charged=False, pace=0.0),
    }
)

__all__ = ["ANSWERS", "Answer", "Call", "Reply"]
