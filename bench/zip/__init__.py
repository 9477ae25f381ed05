"""Hundreds of 4K pictures as one ZIP file, taken from a whole studio over a real connection."""
