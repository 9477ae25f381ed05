"""`{% icon "clock" %}`: a drawing from static/icons.svg, in the colour of the text around it."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Decorative: the word beside it, or the label of the control around it, carries the meaning."""
    return _drawn(name, css_class, get_script_prefix())


@cache
def _drawn(name: str, css_class: str, _prefix: str) -> SafeString:
    """Once for each: a gallery has five hundred, and where the sheet lies does not change while a process lives."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f"i {css_class}".strip(),
        static("icons.svg"),
        name,
    )
