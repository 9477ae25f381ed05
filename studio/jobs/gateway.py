"""Where paid calls go, and where their answers are kept: the settings as the provider room wants them."""

from django.conf import settings

from ..provider.gateway import Gateway
from ..provider.spool import Spool


def current_gateway() -> Gateway:
    return Gateway(
        base_url=settings.NB_GATEWAY_URL,
        api_key=settings.NB_API_KEY,
        oss_hosts=settings.NB_OSS_HOSTS,
        timeout_scale=settings.NB_TIMEOUT_SCALE,
    )


def current_spool() -> Spool:
    return Spool(settings.NB_SPOOL_DIR)
