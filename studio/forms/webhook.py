"""A new webhook, as its person asks for it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..fetch import FetchRefused, plain_url
from ..models import Membership, Project, Role, User
from ..webhooks.keep import plain_address

_MINE = ""


class WebhookForm(forms.Form):
    """Where to, and about what: one's own images, or all of a project that one owns."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("It gets a POST for each finished image. On the open internet, by https, under a name."),
        max_length=2000,
        widget=forms.URLInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )
    about = forms.ChoiceField(label=_("Told about"), required=False, widget=forms.Select(attrs={"class": "select"}))

    def __init__(self, *args: object, person: User, **facts: object) -> None:
        super().__init__(*args, **facts)  # type: ignore[arg-type]
        self._projects = {str(each.public_id): each for each in owned_by(person)}
        everything = [(key, _("Everything in %(name)s") % {"name": each.name}) for key, each in self._projects.items()]
        self.fields["about"].choices = [(_MINE, _("Images that I asked for")), *everything]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        try:
            return plain_address(plain_url(self.cleaned_data["url"]))
        except FetchRefused as refusal:
            raise forms.ValidationError(
                _("This cannot be told anything. Give an address such as https://example.com/hook, without a port.")
            ) from refusal

    @property
    def project(self) -> Project | None:
        return self._projects.get(self.cleaned_data["about"])


def owned_by(person: User) -> list[Project]:
    """The projects that somebody may have told about: those they own; for an admin, all."""
    current = Project.objects.visible_to(person).current()
    if not person.is_studio_admin:
        owned = Membership.objects.filter(person=person, role=Role.OWNER)
        current = current.filter(pk__in=owned.values("project"))
    return list(current)
