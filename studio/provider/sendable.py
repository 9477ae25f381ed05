"""Text as it may leave the house."""


def sendable(text: str) -> str:
    """The text with halves of surrogate pairs joined, and lonely ones replaced: they have no UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
