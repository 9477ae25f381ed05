"""A stand-in for the paid gateway, as its own process on loopback: free, repeatable, and with every fault.

It speaks real HTTP, checks requests as the gateway does, answers with real pictures and keeps two books
(what was asked, what was charged) that a test may compare with the studio's own. docs/sandbox.md lists
what a prompt, a header or a script can make it do. Nothing here imports Django, and nothing in the
studio imports this room: the two meet over a socket only.
"""
