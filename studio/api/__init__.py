"""The HTTP API: `/api/v1/`, for programs that act for a person by one of their access tokens.

It is a third way in beside the pages and the commands, and knows no rule of its own: what may be seen is asked of
`access` and of the same querysets, what may be sent of the composer's form, and money moves in `jobs.submit` alone.
"""
