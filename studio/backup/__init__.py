"""A studio in a folder, and a studio made of that folder: rows as they are, pictures beside them, all of it read back.

The form is the same whatever database it came from, so a backup of SQLite is restored into PostgreSQL as well: that
is how a studio moves. docs/backup.md says what is in it and what is not.
"""
