"""The only writer of prompts and their versions: keep one, write it anew, bring an old version back, archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from ..models import Output, Project, Prompt, PromptReference, PromptVersion, Upload, User
from .wording import Wording, described, stored


class Overtaken(Exception):
    """Somebody saved `version` while this one was being written. Nothing was saved."""

    def __init__(self, version: PromptVersion) -> None:
        super().__init__(f"version {version.number} was faster")
        self.version = version


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a version is made of, already valid. Settings that are empty are not suggested."""

    title: str
    wording: Wording
    pictures: Sequence[Upload | Output] = ()
    system_prompt: str = ""
    model_key: str = ""
    size: str = ""
    ratio: str = ""
    variations: int | None = None
    thinking_level: str = ""
    web_search: bool = False


def keep(draft: Draft, *, project: Project, person: User, now: datetime) -> Prompt:
    """A new prompt with its first version."""
    with transaction.atomic():
        prompt = Prompt.objects.create(project=project, person=person, title=draft.title)
        _show(prompt, _write(draft, prompt, number=1, person=person, now=now), title=draft.title)
    return prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A version as it was written elsewhere: by whom, when, and the number of the one that it brought back."""

    draft: Draft
    number: int
    person: User
    at: datetime
    restores: int | None = None


def keep_history(
    versions: Sequence[Written], *, project: Project, person: User, now: datetime
) -> dict[int, PromptVersion]:
    """A prompt with all its versions, oldest first, under the numbers they had; they are told by these."""
    with transaction.atomic():
        prompt = Prompt.objects.create(project=project, person=person, title=versions[-1].draft.title)
        Prompt.objects.filter(pk=prompt.pk).update(created_at=now)  # which the row's own field would say is now
        made: dict[int, PromptVersion] = {}
        for each in versions:
            restores = made.get(each.restores) if each.restores else None
            made[each.number] = _write(
                each.draft, prompt, number=each.number, person=each.person, now=each.at, restores=restores
            )
        _show(prompt, made[versions[-1].number], title=prompt.title)
    return made


def rewrite(prompt: Prompt, draft: Draft, *, base: int, person: User, now: datetime) -> PromptVersion:
    """The next version, or the current one if only the title changed. Raises `Overtaken` if `base` is not current."""
    assert prompt.current, "a prompt that was kept has a version"
    if prompt.current.number != base:
        raise Overtaken(prompt.current)
    if is_same(prompt.current, draft):
        return _entitle(prompt, draft.title)
    return _add(prompt, draft, person=person, now=now)


def restore(prompt: Prompt, old: PromptVersion, *, person: User, now: datetime) -> PromptVersion:
    """A copy of an old version on top of the others. The current one is left as it is."""
    assert prompt.current, "a prompt that was kept has a version"
    if old == prompt.current:
        return old
    draft = draft_of(old, title=prompt.title)
    return _add(prompt, draft, person=person, now=now, restores=old)


def archive(prompt: Prompt, *, person: User, now: datetime) -> None:
    Prompt.objects.filter(pk=prompt.pk, archived_at=None).update(archived_at=now, archived_by=person)


def unarchive(prompt: Prompt) -> None:
    Prompt.objects.filter(pk=prompt.pk).update(archived_at=None, archived_by=None)


def draft_of(version: PromptVersion, *, title: str) -> Draft:
    """All of a version, to be written once more."""
    references = version.references.living().select_related("upload", "output")
    return Draft(
        title=title,
        wording=wording_of(version),
        pictures=[reference.picture for reference in references],
        system_prompt=version.system_prompt,
        model_key=version.model_key,
        size=version.size,
        ratio=version.ratio,
        variations=version.variations,
        thinking_level=version.thinking_level,
        web_search=version.web_search,
    )


def wording_of(version: PromptVersion) -> Wording:
    return Wording(version.text, described(version.blanks))


def is_same(version: PromptVersion, draft: Draft) -> bool:
    """Whether the draft says nothing that this version does not say, the title apart."""
    same = draft_of(version, title=draft.title)
    blanks = (same.wording.text, same.wording.blanks) == (draft.wording.text, draft.wording.blanks)
    pictures = list(same.pictures) == list(draft.pictures)
    return blanks and pictures and _settings(same) == _settings(draft)


def _add(
    prompt: Prompt, draft: Draft, *, person: User, now: datetime, restores: PromptVersion | None = None
) -> PromptVersion:
    assert prompt.current, "asked by those who call this"
    try:
        with transaction.atomic():
            version = _write(draft, prompt, number=prompt.current.number + 1, person=person, now=now, restores=restores)
            _show(prompt, version, title=draft.title)
    except IntegrityError as error:
        newest = prompt.versions.select_related("person").latest("number")
        if newest.number == prompt.current.number:
            raise
        raise Overtaken(newest) from error
    return version


def _entitle(prompt: Prompt, title: str) -> PromptVersion:
    """Under a lock, for it is found by the title together with the words: those that are current then."""
    assert prompt.current, "asked by those who call this"
    with transaction.atomic():
        now = Prompt.objects.select_for_update(of=("self",)).select_related("current__person").get(pk=prompt.pk)
        assert now.current, "a prompt that was kept has a version"
        if now.current != prompt.current:
            raise Overtaken(now.current)
        _show(prompt, now.current, title=title)
    return now.current


def _show(prompt: Prompt, version: PromptVersion, *, title: str) -> None:
    """What it says and is found by from now on."""
    prompt.current, prompt.title = version, title
    prompt.save(update_fields=["current", "title", "search_text"])


def _write(
    draft: Draft,
    prompt: Prompt,
    *,
    number: int,
    person: User,
    now: datetime,
    restores: PromptVersion | None = None,
) -> PromptVersion:
    version = PromptVersion.objects.create(
        prompt=prompt,
        number=number,
        person=person,
        text=draft.wording.text,
        blanks=stored(draft.wording.blanks),
        restores=restores,
        created_at=now,
        **_settings(draft),
    )
    PromptReference.objects.bulk_create(
        PromptReference(
            version=version,
            position=position,
            upload=picture if isinstance(picture, Upload) else None,
            output=picture if isinstance(picture, Output) else None,
        )
        for position, picture in enumerate(draft.pictures, start=1)
    )
    return version


def _settings(draft: Draft) -> dict[str, Any]:
    return {
        "system_prompt": draft.system_prompt,
        "model_key": draft.model_key,
        "size": draft.size,
        "ratio": draft.ratio,
        "variations": draft.variations,
        "thinking_level": draft.thinking_level,
        "web_search": draft.web_search,
    }
