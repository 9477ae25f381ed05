"""One generation's life, one file per verb; the only room that knows both the provider and the ledger.

The eight steps: `submit` S0, `claim` S1, `run` S2 to S5, `settle` S6 and S8, `store` S7; `cancel` before S3,
`recover` after a crash. `embedded` calls them from threads of the web process. docs/jobs.md tells the story.
"""
