"""Where paid calls go, with which key, and where their answers are kept: the settings as the provider room wants them.

A studio has a main key, and perhaps one of the links group, which serves some of the models and is used for those.
"""

import logging
from collections.abc import Mapping

from django.conf import settings

from ..models import GatewayKey
from ..models.gateway_key import LINKS, MAIN
from ..provider.catalogue import BY_KEY, MODELS, Model
from ..provider.gateway import Gateway
from ..provider.spool import Spool
from ..provider.way import through
from ..sealing import CannotOpen, unseal

logger = logging.getLogger(__name__)


def gateway_keys() -> list[GatewayKey]:
    """The keys this studio has, those first that are used wherever they can be."""
    found = {key.name: key for key in GatewayKey.objects.filter(name__in=(LINKS, MAIN))}
    for name in _missing(found):
        found[name] = GatewayKey.objects.named(name)
    return _used(found)


def locked_keys() -> list[GatewayKey]:
    """The same, locked until the transaction ends: whoever holds them decides alone what is sent next."""
    rows = GatewayKey.objects.select_for_update().filter(name__in=(LINKS, MAIN)).order_by("pk")
    found = {key.name: key for key in rows}
    if _missing(found):
        gateway_keys()  # make those that are not there yet
        found = {key.name: key for key in rows.all()}
    return _used(found)


def _missing(found: Mapping[str, GatewayKey]) -> list[str]:
    wanted = (LINKS, MAIN) if settings.NB_OSS_API_KEY else (MAIN,)
    return [name for name in wanted if name not in found]


def _used(found: Mapping[str, GatewayKey]) -> list[GatewayKey]:
    links = found.get(LINKS)
    return [links, found[MAIN]] if links is not None and _has_secret(links) else [found[MAIN]]


def secret_of(key: GatewayKey) -> str:
    """The key itself. Empty when there is none, or when it was sealed with a `SECRET_KEY` that is gone."""
    if key.sealed_secret:
        try:
            return unseal(key.sealed_secret)
        except CannotOpen:
            logger.error("key %s: its secret cannot be opened: SECRET_KEY has changed", key.name)
            return ""
    return _of_environment(key)


def _has_secret(key: GatewayKey) -> bool:
    return bool(key.sealed_secret or _of_environment(key))


def _of_environment(key: GatewayKey) -> str:
    secret: str = settings.NB_OSS_API_KEY if key.name == LINKS else settings.NB_API_KEY
    return secret


def key_for(model: Model, keys: list[GatewayKey] | None = None) -> GatewayKey:
    """The key a call of this model goes out with."""
    keys = keys or gateway_keys()
    return next((key for key in keys if through(BY_KEY[model.key], key.way)), keys[-1])


def model_as_asked(model: Model, keys: list[GatewayKey] | None = None) -> Model:
    """What the model takes through the key that a call of it goes out with."""
    return through(BY_KEY[model.key], key_for(model, keys).way) or model


def gateway_of(key: GatewayKey) -> Gateway:
    """Where a call with this key goes, and how."""
    return Gateway(
        base_url=settings.NB_GATEWAY_URL,
        api_key=secret_of(key),
        name=key.name,
        way=key.way,
        oss_hosts=settings.NB_OSS_HOSTS,
        timeout_scale=settings.NB_TIMEOUT_SCALE,
        wire_ids={model.key: model.stable_id for model in MODELS} if key.stable_ids else {},
    )


def current_spool() -> Spool:
    return Spool(settings.NB_SPOOL_DIR)
