"""Rows of the gateway's log as they come over the wire, and as the studio keeps them."""

import json
from datetime import UTC, datetime
from typing import Any

from studio.reconcile.log_row import LogRow

SECRET = "Zq7vKeyThatMustNeverBeKept42"
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def sent(**fields: Any) -> dict[str, Any]:
    """One row as the gateway sends it, its key in clear text in two places."""
    other = {"billing_type": "by_count", "group_ratio": 1.4, "request_path": "/v1beta", "admin_info": SECRET}
    return {
        "id": 7,
        "request_id": "req-1",
        "created_at": int(NOON.timestamp()),
        "type": 2,
        "content": f"Fixed model price 0.09 {SECRET}",
        "username": "studio",
        "token_name": "studio-main",
        "token_key": SECRET,
        "token_group": "default",
        "model_name": "gemini-3-pro-image-preview",
        "quota": 45_000,
        "prompt_tokens": 120,
        "completion_tokens": 1_290,
        "duration_for_view": 22,
        "is_stream": False,
        "error_code": "",
        "other": json.dumps(other),
        **fields,
    }


def page_of(*rows: Any) -> bytes:
    return json.dumps({"success": True, "message": "", "data": list(rows)}).encode()


def row(request_id: str = "req-1", **facts: Any) -> LogRow:
    """One row as it is kept: a Pro call at $0.09, logged at noon after 20 s."""
    known = {"logged_at": NOON, "model_name": "gemini-3-pro-image-preview", "quota": 45_000, "seconds": 20}
    return LogRow(request_id=request_id, **(known | facts))
