"""The prompt library, out and in: every version of each prompt, with its blanks, its settings and its references."""

from collections.abc import Callable, Mapping, Sequence

from ..library.keep import Draft, Written, keep_history, wording_of
from ..library.wording import Blank, Wording
from ..models import Output, Project, Prompt, PromptVersion, Upload, User
from . import document as said

type Numbered = Callable[[User], int]
type Sourced = Callable[[Upload | Output], said.Source]
"""Where the document has a picture; an empty one where it has it not."""


def kept(prompt: Prompt, person: Numbered, source: Sourced) -> said.Kept:
    """Needs the prompt's person and its versions with their people."""
    versions = sorted(prompt.versions.all(), key=lambda version: version.number)
    return said.Kept(
        person=person(prompt.person),
        title=prompt.title,
        text=versions[-1].text if versions else "",
        created_at=prompt.created_at,
        versions=[_wrote(version, person, source) for version in versions],
    )


def _wrote(version: PromptVersion, person: Numbered, source: Sourced) -> said.Wrote:
    references = version.references.living().select_related("upload", "output__generation__run")
    sources = (source(reference.picture) for reference in references)
    facts = ("number", "system_prompt", "size", "ratio", "variations", "thinking_level", "web_search", "created_at")
    return said.Wrote(
        person=person(version.person),
        text=version.text,
        blanks=[said.Blanked(**blank.to_json()) for blank in wording_of(version).described],
        model=version.model_key,
        restores=version.restores.number if version.restores else None,
        references=[each for each in sources if each.upload is not None or each.output is not None],
        **{name: getattr(version, name) for name in facts},
    )


def bring_in_prompt(
    each: said.Kept, *, project: Project, people: Sequence[User], picture: Callable[[said.Source], Upload | Output]
) -> Mapping[int, PromptVersion]:
    """Its versions by their numbers in the document. An export of the first format has but the newest words."""
    written = [
        Written(
            draft=Draft(
                title=each.title,
                wording=Wording(one.text, tuple(Blank(b.name, tuple(b.choices), b.default) for b in one.blanks)),
                pictures=list(dict.fromkeys(picture(source) for source in one.references)),
                system_prompt=one.system_prompt,
                model_key=one.model,
                size=one.size,
                ratio=one.ratio,
                variations=one.variations,
                thinking_level=one.thinking_level,
                web_search=one.web_search,
            ),
            number=one.number,
            person=people[one.person],
            at=one.created_at,
            restores=one.restores,
        )
        for one in each.versions
    ]
    if not written:
        draft = Draft(title=each.title, wording=Wording(each.text))
        written = [Written(draft=draft, number=1, person=people[each.person], at=each.created_at)]
    return keep_history(written, project=project, person=people[each.person], now=each.created_at)
