from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. `is_staff` is the studio's admin role: sees all projects and all spend, makes accounts.

    `language`, `theme` and `single_keys` are what they chose for themselves (empty: they never did), and go along to
    every browser they sign in with; see `studio/appearance.py`.
    """

    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    theme = models.CharField(max_length=8, blank=True, default="", db_default="")
    single_keys = models.BooleanField(default=True, db_default=True)  # keys without a modifier do something

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def given_name(self) -> str:
        """What a frame's edge print calls the author."""
        return self.first_name or self.username

    @property
    def initials(self) -> str:
        """One or two letters for the round badge."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @property
    def is_studio_admin(self) -> bool:
        return self.is_active and self.is_staff
