"""Which notices somebody wants by mail as well."""

from django import forms

from ..models import NoticeMail


class NoticeMailForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted at run time
    class Meta:
        model = NoticeMail
        fields = ["comments", "verdicts", "money", "people"]
