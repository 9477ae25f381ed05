"""What every noun with an address of its own has: an id that cannot be guessed."""

import uuid

from django.db import models


class Public(models.Model):
    """Adds `public_id`, 122 random bits, the only id that leaves the server.

    The integer key stays inside: rows in the order of their making are what keyset pages and search need.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
