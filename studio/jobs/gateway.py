"""Where paid calls go, with which key, and where their answers are kept: the settings as the provider room wants them.

A studio has a main key, and perhaps one of the links group, which serves some of the models and is used for those.
"""

from django.conf import settings

from ..models import GatewayKey
from ..models.gateway_key import LINKS, MAIN
from ..provider.catalogue import BY_KEY, MODELS, Model
from ..provider.gateway import Gateway
from ..provider.spool import Spool
from ..provider.way import through


def key_names() -> tuple[str, ...]:
    """The keys this studio has, those first that are used wherever they can be."""
    return (LINKS, MAIN) if settings.NB_OSS_API_KEY else (MAIN,)


def gateway_keys() -> list[GatewayKey]:
    """Their rows, in the same order."""
    names = key_names()
    known = {key.name: key for key in GatewayKey.objects.filter(name__in=names)}
    return [known.get(name) or GatewayKey.objects.named(name) for name in names]


def locked_keys() -> list[GatewayKey]:
    """The same, locked until the transaction ends: whoever holds them decides alone what is sent next."""
    names = key_names()
    rows = GatewayKey.objects.select_for_update().filter(name__in=names).order_by("pk")
    found = {key.name: key for key in rows}
    if len(found) < len(names):
        gateway_keys()  # make those that are not there yet
        found = {key.name: key for key in rows.all()}
    return [found[name] for name in names]


def secret_of(key: GatewayKey) -> str:
    """The key itself, which is in no row. Empty when there is none."""
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
