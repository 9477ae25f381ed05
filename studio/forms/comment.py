"""A comment as it is typed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models.comment import COMMENT_CHARACTERS_MAX
from .composition import plain_text

_TOO_LONG = _("At most 2,000 characters fit. Nothing of it was sent.")


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=COMMENT_CHARACTERS_MAX,
        error_messages={"required": _("Write something first."), "max_length": _TOO_LONG},
    )

    def clean_text(self) -> str:
        return plain_text(self.cleaned_data["text"])

    @property
    def error(self) -> str:
        return " ".join(str(sentence) for sentence in self.errors.get("text", ()))
