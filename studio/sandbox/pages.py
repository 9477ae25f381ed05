"""The gateway's public pages: which models there are, and what they cost."""

from typing import Any

from ..provider.catalogue import MODELS, Model

GROUPS = {"default": "Default", "NanoBananaEnterprise": "Enterprise", "NB-OSS": "Links"}


def models() -> dict[str, Any]:
    """`GET /v1/models`."""
    rows = [
        {"id": wire_id, "object": "model", "created": 1_780_000_000, "owned_by": "sandbox"}
        for model in MODELS
        for wire_id in model.wire_ids
    ]
    return {"object": "list", "data": rows}


def pricing() -> dict[str, Any]:
    """`GET /api/pricing`."""
    rows = [_price(model, wire_id) for model in MODELS for wire_id in model.wire_ids]
    return {"success": True, "data": rows, "usable_group": GROUPS, "pricing_version": "sandbox-1"}


def _price(model: Model, wire_id: str) -> dict[str, Any]:
    return {
        "model_name": wire_id,
        "quota_type": 1,
        "model_ratio": 0,
        "model_price": model.price_micros / 1_000_000,
        "enable_groups": list(GROUPS),
        "supported_endpoint_types": ["gemini"],
    }
