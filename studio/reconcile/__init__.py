"""The gateway's log beside our ledger: what they say each call cost, what we booked, and what follows.

`log_row` says what is kept of a row; `account` reads the log from the gateway, `exported` from a file.
"""
