"""The composer as its templates show it: cards, tiles and slots around one composition, its price and its budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ..asked_before import AskedBefore, asked_before
from ..forms.composition import SOURCE, Composition
from ..forms.conversation import DROP, ONLY_THE_PICTURE, RESUME, Conversation, frame_to_resume
from ..forms.words import change_in_words, megabytes, problem_in_words
from ..history import TypicalTimes
from ..jobs.gateway import key_for
from ..ledger.balance import MonthSummary
from ..ledger.project_budget import ProjectSummary
from ..models import Generation, Instance, Link, Project
from ..money import Micros
from ..prices import Quote, terms_of_call, terms_of_calls
from ..provider.catalogue import BODY_BYTES_MAX, BY_KEY, RATIOS_TEN, Model, nearest_ratio
from ..provider.rules import FOLLOW_SOURCE, Change, body_bytes, may_be_out_of_reach, problems
from ..provider.terms import SEARCHES_MAX, Terms
from ..question import question_hash
from ..storage.uploads import ORIGINAL_BYTES_MAX
from .by_url import ByUrl
from .controls import Card, Option, Slot, Tile
from .editor import Editor
from .refusals import Notice, asked_in_words
from .weights import Weights


@dataclass(kw_only=True)
class Composer:
    """Everything `templates/studio/workspace/_composer.html` needs. `composition` is legal for its model."""

    project: Project
    composition: Composition
    models: tuple[Model, ...]
    month: MonthSummary
    project_budget: ProjectSummary
    now: datetime
    changes: Sequence[Change] = ()
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notice: Notice | None = None
    token: UUID = field(default_factory=uuid4)
    times: TypicalTimes = field(default_factory=TypicalTimes)
    by_url: ByUrl = field(default_factory=ByUrl)
    editor: Editor | None = None  # the dialog for an image, where there is no script to open it
    is_page: bool = False
    is_fresh: bool = False  # its token is another one than the form on the page carries

    # ── Model, size, ratio ─────────────────────────────────────────────────────────────────────────

    @property
    def model(self) -> Model:
        return self.composition.model

    @cached_property
    def cards(self) -> list[Card]:
        """Each at the chosen size, or at its own where it does not make that one."""
        chosen = self.composition.size
        sizes = [(model, chosen if chosen in model.sizes else model.size_default) for model in self.models]
        terms = terms_of_calls(sizes, self.now)
        return [
            Card(model, terms[model.key, size], size, self.times.of(model, size), model == self.model)
            for model, size in sizes
        ]

    @property
    def has_sizes(self) -> bool:
        return len(self.model.sizes) > 1

    @property
    def sizes(self) -> list[Option]:
        return [Option(size, size == self.composition.size) for size in self.model.sizes]

    @property
    def is_size_of_the_key(self) -> bool:
        """Whether the model would make other sizes, asked with another key."""
        return self.model.sizes != BY_KEY[self.model.key].sizes

    @property
    def is_ratio_of_the_key(self) -> bool:
        """Whether the studio's key for this model takes no ratio at all: square, or as the last image is."""
        return not self.model.sends_ratio

    @property
    def has_source(self) -> bool:
        """Whether there is a picture to follow."""
        return bool(self.composition.choices.all_images)

    @property
    def tiles(self) -> list[Tile]:
        if self.is_ratio_of_the_key and self.has_source:
            return []
        return [Tile(ratio, ratio == self.composition.ratio) for ratio in RATIOS_TEN if ratio in self.model.ratios]

    @property
    def extreme_tiles(self) -> list[Tile]:
        """What only some models make."""
        ratios = [ratio for ratio in self.model.ratios if ratio not in RATIOS_TEN]
        return [Tile(ratio, ratio == self.composition.ratio) for ratio in ratios]

    @property
    def source_value(self) -> str:
        return SOURCE

    @property
    def thinking_levels(self) -> list[Option]:
        default = self.model.thinking_default
        chosen = self.composition.thinking_level or default
        return [
            Option("" if level == default else level, level == chosen, name=level)
            for level in self.model.thinking_levels
        ]

    @property
    def offers_web_search(self) -> bool:
        return self.model.web_search

    @property
    def offers_image_only(self) -> bool:
        return self.model.image_only

    @property
    def has_details(self) -> bool:
        """Whether something under "more" was chosen, so that it is shown and not forgotten."""
        chosen = self.composition
        is_chosen = chosen.system_prompt or chosen.web_search or chosen.image_only or chosen.thinking_level
        return bool(is_chosen or self._error_in_details)

    # ── Tray ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def slots(self) -> list[Slot]:
        pictures = self.composition.pictures
        follows = self.composition.ratio == FOLLOW_SOURCE
        return [
            Slot(picture, position, position == len(pictures), follows and position == len(pictures))
            for position, picture in enumerate(pictures, start=1)
        ]

    @property
    def crop_ratios(self) -> tuple[str, ...]:
        """To cut an image out to: what the model makes, whatever its key lets one ask for."""
        return BY_KEY[self.model.key].ratios

    @property
    def last_reference(self) -> str:
        return self.slots[-1].reference

    @property
    def is_full(self) -> bool:
        return self.image_count >= self.model.images_max

    @property
    def image_count(self) -> int:
        """Of all that go along: the conversation's count as the tray's own do."""
        return len(self.composition.choices.all_images)

    @property
    def sent_megabytes(self) -> str:
        """How heavy the images are as they are sent: Base64 adds a third."""
        choices = self.composition.choices
        return megabytes(body_bytes(choices.all_images, choices.history_characters))

    bytes_max = ORIGINAL_BYTES_MAX
    """Of a file that is added; the page says so before it is sent."""
    file_megabytes_max = megabytes(ORIGINAL_BYTES_MAX)

    @property
    def megabytes_max(self) -> str:
        return megabytes(BODY_BYTES_MAX)

    @property
    def followed_ratio(self) -> str:
        """What following the last image will most likely come out as: any of the model's, whatever its key takes.

        Empty where nobody has seen that image.
        """
        talk, pictures = self.conversation, self.composition.pictures
        last = talk.last if talk and not pictures else pictures[-1]
        return nearest_ratio(BY_KEY[self.model.key], last.width, last.height) if last.width else ""

    @property
    def takes_buckets(self) -> bool:
        return "gs" in self.model.link_schemes

    @property
    def unsure_hosts(self) -> list[str]:
        """Of addresses that the provider's servers may not get to."""
        links = (picture for picture in self.composition.pictures if isinstance(picture, Link))
        return list(dict.fromkeys(link.host for link in links if may_be_out_of_reach(link.url)))

    @property
    def is_over_advice(self) -> bool:
        """More images than the model is good at, though it takes them."""
        return self.model.images_advised < self.image_count <= self.model.images_max

    @cached_property
    def weights(self) -> Weights:
        return Weights(self.composition.pictures)

    @cached_property
    def tray_errors(self) -> list[str]:
        """Said as soon as the images are there, not only when the form is sent. `weights` has those of one too big."""
        of_one = {sentence for code, sentence in self._problems_of("inputs") if code == "image_too_big"}
        return [sentence for sentence in self._errors_of("inputs") if sentence not in of_one]

    def _errors_of(self, field: str) -> list[str]:
        given = list(self.errors.get("continues" if field == "history" else field, ()))
        return [*given, *(sentence for _code, sentence in self._problems_of(field) if sentence not in given)]

    def _problems_of(self, field: str) -> list[tuple[str, str]]:
        found = problems(self.model, self.composition.choices)
        return [(each.code, problem_in_words(each, self.composition.pictures)) for each in found if each.field == field]

    # ── Conversation ───────────────────────────────────────────────────────────────────────────────

    only_the_picture = ONLY_THE_PICTURE
    drop = DROP
    resume = RESUME

    @property
    def conversation(self) -> Conversation | None:
        """The one that goes on."""
        return self.composition.continues

    @cached_property
    def resumable(self) -> Generation | None:
        """The frame that could be continued in place of its picture in the tray."""
        return None if self.conversation else frame_to_resume(self.composition.pictures, self.model)

    @property
    def conversation_sets_ratio(self) -> bool:
        return self.conversation is not None and self.composition.follows_source and not self.composition.pictures

    @cached_property
    def conversation_errors(self) -> list[str]:
        return self._errors_of("history")

    # ── Words ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def change_sentences(self) -> list[str]:
        return [change_in_words(change, self.model) for change in self.changes]

    @cached_property
    def held_up(self) -> str:
        """Why what is asked for would only wait, as long as somebody has to do something about it."""
        studio = Instance.current()
        if studio.paused_reason:
            return studio.paused_reason
        if studio.storage_trouble or key_for(self.model).is_stopped:
            return _("An admin has been told. What you ask for waits in line, and goes out by itself.")
        return ""

    @cached_property
    def earlier(self) -> AskedBefore | None:
        """What became of the same words with the same images before, when that was mostly nothing."""
        asked = self.composition
        if not asked.prompt.strip():
            return None
        frame = asked.continues.frame if asked.continues else None
        return asked_before(question_hash(asked.prompt, asked.system_prompt, asked.pictures, frame), self.project)

    @property
    def earlier_in_words(self) -> str:
        return asked_in_words(self.earlier) if self.earlier else ""

    # ── Money ──────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def quote(self) -> Quote:
        chosen = self.composition
        worst_micros = self.terms.worst(
            self.model, chosen.size, thinking_level=chosen.thinking_level, web_search=chosen.web_search
        )
        return Quote(Micros(worst_micros), chosen.variations)

    @cached_property
    def terms(self) -> Terms:
        """What a call is paid by."""
        of_cards = (card.terms for card in self.cards if card.is_chosen)
        return next(of_cards, None) or terms_of_call(self.model, self.composition.size, self.now)

    @property
    def is_worst_price(self) -> bool:
        """Whether it may come out cheaper than what is held: what is counted is known only afterwards."""
        return self.terms.is_by_tokens or self.composition.web_search

    @property
    def search_micros(self) -> int:
        """What one web search adds."""
        return self.terms.price(searches=1) - self.terms.price()

    @property
    def searches_micros_max(self) -> int:
        return self.terms.price(searches=SEARCHES_MAX) - self.terms.price()

    @property
    def missing_micros(self) -> int:
        """By how much the run does not fit into the budget that has less left; 0 when it does."""
        return max(0, self.quote.total_micros - max(0, self.left_micros))

    @property
    def left_micros(self) -> int:
        """What may be spent here: the person's own, as far as the project has as much left."""
        of_project = self.project_budget.left_micros
        return self.month.left_micros if of_project is None else min(self.month.left_micros, of_project)

    @property
    def is_over_project(self) -> bool:
        """Whether it is the project's budget that this does not fit into."""
        return self.is_over_budget and self.left_micros < self.month.left_micros

    @property
    def is_over_budget(self) -> bool:
        return self.missing_micros > 0

    @property
    def _error_in_details(self) -> bool:
        return any(self.errors.get(name) for name in ("system_prompt", "thinking_level", "web_search", "image_only"))
