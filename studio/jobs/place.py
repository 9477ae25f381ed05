"""Which spool this worker holds: only who has the answers can say what became of a call."""

import os
import uuid
from pathlib import Path

from django.conf import settings


def spool_name() -> str:
    """A name kept inside the spool's folder, made by the first who asks. Copied with the folder, it moves with it."""
    path = Path(settings.NB_SPOOL_DIR) / "name"
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"name.{uuid.uuid4().hex}")
        draft.write_text(uuid.uuid4().hex)
        try:
            os.link(draft, path)  # whole or not at all, and only for the first of several
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text()
