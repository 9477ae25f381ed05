from django.db import models


class CacheEntry(models.Model):
    """What Django's database cache keeps: tries that are counted, codes that were used. Written by it alone.

    A model, so that `migrate` makes the table and no further command is needed.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "cache entry"
        verbose_name_plural = "cache entries"

    def __str__(self) -> str:
        return self.cache_key
