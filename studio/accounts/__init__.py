"""Who comes in, and how it is known that they are who they say: passwords, second factors, sessions, the first run.

allauth does the work. Here stands what a studio that spends its owner's money asks of it: `door` says who may make an
account, `second_factor` and `sensitive` who has to prove once more who they are, `first_run` how a studio begins.
"""
