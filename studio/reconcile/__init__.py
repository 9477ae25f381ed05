"""The gateway's log beside our ledger: what they say each call cost, what we booked, and what follows.

`log_row` says what is kept of a row; `account` reads the log from the gateway, `exported` from a file. `match` (which
row is which attempt's) and `verdict` (what that means) are pure. `book` writes down what the machine may settle,
`decide` what a person says about the rest, and `run` is all of it in order.
"""
