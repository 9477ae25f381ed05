"""All we know of the service we pay for. Imports nothing of Django.

The facts come from `docs/provider.md`; the order of the files is the order of a call:
`catalogue` and `rules` say what may be asked, `request` holds one valid question, `body` writes it,
`gemini` sends it, `spool` keeps the answer, `answer` reads it, `outcome` says what it meant.
"""
