"""What a button beside a frame says about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models.judgement import RATING_MAX
from ..models.tag import NAME_CHARACTERS_MAX

ON_OR_OFF = [("on", "on"), ("off", "off")]


class MarksForm(forms.Form):
    """Each field is another button. A rating of 0 takes it away."""

    star = forms.ChoiceField(required=False, choices=ON_OR_OFF)
    pick = forms.ChoiceField(required=False, choices=ON_OR_OFF)
    rating = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(number, number) for number in range(RATING_MAX + 1)]
    )
    tag = forms.CharField(
        required=False,
        max_length=NAME_CHARACTERS_MAX,
        error_messages={"max_length": _("A tag has at most %(limit_value)d characters.")},
    )
    untag = forms.CharField(required=False, max_length=4 * NAME_CHARACTERS_MAX)

    @property
    def is_of_the_project(self) -> bool:
        """Whether it changes what all of a project see."""
        values = self.cleaned_data
        return bool(values["pick"] or values["rating"] is not None or values["tag"] or values["untag"])
