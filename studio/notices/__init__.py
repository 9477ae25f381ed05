"""What people are told of: `occasions` says who is told of what, `tell` writes it, `reading` knows what was seen.

docs/talk.md has the list.
"""
