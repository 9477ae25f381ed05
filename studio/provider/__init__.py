"""All we know of the service we pay for. Imports nothing of Django.

The facts come from `docs/provider.md`; the order of the files is the order of a call:
`catalogue` and `rules` say what may be asked, `request` holds one valid question, `body` writes it,
`gateway` says where to and `gemini` sends it. The answer streams through `spill` and `part` into the `spool`;
`evidence` records how far the call got, `answer` reads what came (`document` within bounds, `walk` part by part,
`selection` which picture is the result), `classify` says what it meant by the rules of `outcome`.
"""
