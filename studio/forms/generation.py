"""The composer's form, read strictly: what it turns into a request may be sent and paid for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..jobs.gateway import key_for
from ..library.keep import wording_of
from ..models import Picture, Project, PromptVersion
from ..provider.catalogue import VARIATIONS_MAX, Model
from ..provider.request import GenerationRequest
from ..provider.rules import FOLLOW_SOURCE, Choices, problems
from ..storage.inputs import input_image
from . import tray
from .choices import enabled_models
from .composition import SOURCE, find_version, plain_text
from .conversation import Conversation, find_frame
from .words import change_in_words, conversation_over, lost_in_words, problem_in_words

_VARIATIONS = [(str(number), str(number)) for number in range(1, VARIATIONS_MAX + 1)]
_HOW_MANY = _("Choose 1 to 8 variations.")


class GenerationForm(forms.Form):
    """One submit of the composer. Valid only if every rule of the catalogue holds; nothing is mended silently.

    `form_token` was made when the composer was shown; `quoted_micros` is the total that its button named.
    """

    prompt = forms.CharField(required=False, strip=False)
    inputs = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    continues = forms.CharField(required=False)
    model = forms.CharField(max_length=16, error_messages={"required": _("Choose a model.")})
    size = forms.CharField(required=False, max_length=8)
    variations = forms.TypedChoiceField(
        choices=_VARIATIONS, coerce=int, error_messages={"required": _HOW_MANY, "invalid_choice": _HOW_MANY}
    )
    ratio = forms.CharField(required=False, max_length=8)
    system_prompt = forms.CharField(required=False, strip=False)
    thinking_level = forms.CharField(required=False, max_length=16)
    web_search = forms.BooleanField(required=False)
    image_only = forms.BooleanField(required=False)
    prompt_version = forms.CharField(required=False)
    form_token = forms.UUIDField()
    quoted_micros = forms.IntegerField(min_value=0)

    def __init__(self, data: QueryDict, *, project: Project) -> None:
        super().__init__(data)
        self._project = project
        self._references = list(dict.fromkeys(data.getlist("inputs")))
        self._models = {model.key: model for model in enabled_models()}
        self.pictures: list[Picture] = tray.find_pictures(self._references, project)

    def clean_prompt(self) -> str:
        return plain_text(self.cleaned_data["prompt"])

    def clean_system_prompt(self) -> str:
        return plain_text(self.cleaned_data["system_prompt"])

    def clean_inputs(self) -> list[Picture]:
        if lost := len(self._references) - len(self.pictures):
            raise forms.ValidationError(lost_in_words(lost))
        return self.pictures

    def clean_continues(self) -> Conversation | None:
        wanted: str = self.cleaned_data["continues"]
        if not wanted:
            return None
        frame = find_frame(wanted, self._project)
        talk = Conversation.of(frame) if frame else None
        if frame is None or talk is None:
            raise forms.ValidationError(_("The conversation is no longer here."))
        if not talk.turns:
            raise forms.ValidationError(conversation_over(frame))
        return talk

    def clean_model(self) -> Model:
        model = self._models.get(self.cleaned_data["model"])
        if model is None:
            raise forms.ValidationError(_("This model is not offered. Choose another one."))
        return model

    def clean_ratio(self) -> str:
        ratio: str = self.cleaned_data["ratio"] or "1:1"
        return FOLLOW_SOURCE if ratio == SOURCE else ratio

    def clean(self) -> dict[str, Any]:
        model: Model | None = self.cleaned_data.get("model")
        if model is not None:
            # A model of one size has no size to choose, so the page sends none.
            self.cleaned_data["size"] = self.cleaned_data.get("size") or model.size_default
            if self.conversation is not None and not self.conversation.goes_on_with(model):
                self.add_error("continues", change_in_words(self.conversation.change_to(model), model))
            for problem in problems(model, self._choices()):
                field = "continues" if problem.field == "history" else problem.field
                if field not in self.errors:
                    self.add_error(field, problem_in_words(problem, self.pictures))
        return self.cleaned_data

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that goes on, once the form has been read."""
        return self.cleaned_data.get("continues")

    @property
    def source(self) -> PromptVersion | None:
        """The version of the library that these words are, if they still are: never a reason to refuse a run."""
        version = find_version(self.cleaned_data["prompt_version"], self._project)
        return version if version and wording_of(version).is_wording_of(self.cleaned_data["prompt"]) else None

    def to_request(self) -> GenerationRequest:
        """The valid form as the provider's question."""
        values = self.cleaned_data
        return GenerationRequest(
            model_key=values["model"].key,
            prompt=values["prompt"],
            size=values["size"],
            ratio=values["ratio"],
            images=tuple(input_image(picture) for picture in self.pictures),
            history=self.conversation.turns if self.conversation else (),
            system_prompt=values["system_prompt"],
            thinking_level=values["thinking_level"],
            web_search=values["web_search"],
            text_answer=not values["image_only"],
            way=key_for(values["model"]).way,
        )

    @property
    def sentences(self) -> dict[str, list[str]]:
        """What is wrong, by field, as it is shown."""
        return {name: [str(sentence) for sentence in found] for name, found in self.errors.items()}

    def _choices(self) -> Choices:
        values = self.cleaned_data
        return Choices(
            prompt=values.get("prompt", ""),
            size=values.get("size", ""),
            ratio=values.get("ratio", ""),
            images=tuple(input_image(picture).facts for picture in self.pictures),
            thinking_level=values.get("thinking_level", ""),
            web_search=values.get("web_search", False),
            image_only=values.get("image_only", False),
            system_prompt=values.get("system_prompt", ""),
            history_images=self.conversation.images if self.conversation else (),
            history_characters=self.conversation.characters if self.conversation else 0,
        )


def with_fewer(data: QueryDict) -> QueryDict:
    """The form as "Make 4 instead, $0.36" sends it: `instead=4-360000` takes the place of what is chosen."""
    variations, _dash, quoted_micros = data.get("instead", "").partition("-")
    if not quoted_micros:
        return data
    changed = data.copy()
    changed["variations"], changed["quoted_micros"] = variations, quoted_micros
    return changed
