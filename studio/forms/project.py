from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..models import Membership, Project, Role, User


class ProjectForm(forms.Form):
    """A new project. Whoever makes it owns it."""

    name = forms.CharField(label=_("Name"), max_length=80)

    @transaction.atomic
    def save_for(self, owner: User) -> Project:
        """The project with its first member."""
        project = Project.objects.create(name=self.cleaned_data["name"])
        Membership.objects.create(project=project, person=owner, role=Role.OWNER)
        return project
