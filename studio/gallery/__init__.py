"""The shared history: what is asked of it, and a page of it, whatever its length."""
