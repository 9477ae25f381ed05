"""How amounts, durations and moments are written: small filters over tested functions."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import money
from ..forms.words import bytes_in_words

register = template.Library()


@register.filter
def dollars(amount_micros: int) -> str:
    """`$0.09`, `$0.055`, `−$1.20`: two decimals at least, nothing rounded away."""
    return money.dollars(amount_micros)


@register.filter
def statement(amount_micros: int) -> str:
    """A table cell: three decimals, no currency, true minus."""
    return money.statement_amount(amount_micros)


@register.filter
def signed(amount_micros: int) -> str:
    """As `statement`, with a plus before what came in."""
    return money.statement_amount(amount_micros, signed=True)


@register.filter
def weight(size_bytes: int) -> str:
    """`84 MB`, `2 KB`."""
    return bytes_in_words(size_bytes)


@register.filter
def clock(seconds: float) -> str:
    """`0:38`, `5:00`, `1:02:05`: how long something takes or took."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


@register.filter
def ago(moment: datetime) -> str:
    """`just now`, `6 min ago`, `3 h ago`, then the day. The exact moment belongs into the `<time>` around it."""
    past = timezone.now() - moment
    if past < timedelta(minutes=1):
        return _("just now")
    if past < timedelta(hours=1):
        minutes = past // timedelta(minutes=1)
        return ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    if past < timedelta(hours=24):
        hours = past // timedelta(hours=1)
        return ngettext("%(count)d h ago", "%(count)d h ago", hours) % {"count": hours}
    day = timezone.localtime(moment)
    is_this_year = day.year == timezone.localtime().year
    return date_format(day, _("j M") if is_this_year else _("j M Y"))
