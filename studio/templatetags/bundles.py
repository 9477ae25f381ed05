"""`{% styles "shell" %}` and `{% scripts "shell" %}`: the files of a bundle, as one or each by itself."""

from collections.abc import Callable, Sequence

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from ..bundles import SCRIPTS, STYLES, script_path, style_path

register = template.Library()


@register.simple_tag
def styles(name: str) -> SafeString:
    addresses = _addresses(name, STYLES[name], style_path)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', addresses)


@register.simple_tag
def scripts(name: str) -> SafeString:
    addresses = _addresses(name, SCRIPTS[name], script_path)
    return format_html_join("\n", '<script type="module" src="{}"></script>', addresses)


def _addresses(name: str, parts: Sequence[str], path_of: Callable[[str], str]) -> list[tuple[str]]:
    names = [f"{name}.bundle"] if getattr(staticfiles_storage, "has_bundles", False) else parts
    return [(staticfiles_storage.url(path_of(each)),) for each in names]
