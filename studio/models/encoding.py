"""What the database keeps words in."""

from django.db import connection


def wrong_encoding() -> str:
    """What the words of this database are kept in, where that is not what takes every language; else nothing."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
        ((encoding,),) = cursor.fetchall()
    return "" if encoding == "UTF8" else str(encoding)
