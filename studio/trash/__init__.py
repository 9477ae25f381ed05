"""The trash: `move` puts frames into it and brings them back, `retention` says what of it ends when, `purge` ends it.

A frame in the trash is found on no page and in no picker; its row, its facts and its money stay for ever. What ends is
its pictures. docs/pictures.md has the whole life.
"""
