"""The spend review with a million ledger entries beside one with ten thousand: how long it takes, and what it asks."""

from typing import Final

REVIEW: Final = "the spend review"
"""The page that is measured; the others are the lists behind its figures."""
