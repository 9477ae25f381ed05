from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudioConfig(AppConfig):
    name = "studio"
    verbose_name = _("NB Studio")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, security_log  # noqa: F401  (register system checks and receivers)
