"""What every picture has that pages show."""

from django.db import models


class Coloured(models.Model):
    """Adds `colour`, which most of the picture has, as `#a0b1c2`: it stands in its place while it loads.

    Empty for a picture that shows what lies under it; None until somebody has looked.
    """

    colour = models.CharField(max_length=7, null=True, editable=False)  # noqa: DJ001  (the two mean different things)

    class Meta:
        abstract = True
