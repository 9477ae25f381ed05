"""The only writer of `LedgerEntry`: what a person may spend, has set aside, and was charged.

`post` writes, `balance` reads, `chain` makes entries tamper-evident, `audit` asks whether it all adds up.
"""
