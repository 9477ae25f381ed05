"""Webhooks: who is told that a picture is finished, and how. Nothing here makes a generation wait.

What is to be told is a row, written in the transaction that ends the generation. A worker tells it afterwards, through
the fetch door, as often as it takes: docs/api.md.
"""
