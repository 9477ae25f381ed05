"""One walk over every page there is, and the states they can be in.

On each: axe-core finds nothing, light and dark, with all that folds out folded out and every menu and dialog opened;
nothing is wider than the window or cut off, from 1440 to 320 pixels, in English also if all words were longer, as those
of other languages are; and nothing moves.
Once in English on a desktop, once in Chinese on a telephone in the dark: menus and dialogs are so looked at in both
themes, and for each page the colours are looked at in the other theme as well. Two files, since each is the work of
minutes and a file is tried by one process.

`SHOTS=1` has it take a picture of each page, for somebody to look at; without, only of those where something was found.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from playwright.sync_api import Page, Route

from studio.models import Generation
from tests.e2e import full_house, looking, steps
from tests.e2e.conftest import ARTIFACTS, Log
from tests.permissions.world import World

SHOTS = Path(ARTIFACTS) / "walk"
ALL_ARE_SHOT = os.environ.get("SHOTS") == "1"
CONTRAST = "color-contrast"
FORCED = {"project", "compose", "project-gallery", "generation", "prompts", "usage", "spend", "styleguide"}
"""Where it is tried as well how they look in the few colours that somebody's system forces on all pages."""
HALF = 50
"""Of an admin's pages, so many in one part."""

POST = """([selector, typed]) => {
    const form = document.querySelector(selector);
    for (const [name, value] of Object.entries(typed)) form.querySelector(`[name=${name}]`).value = value;
    HTMLFormElement.prototype.submit.call(form);
}"""


@dataclass
class Walk:
    """Somebody goes from page to page; what is found is kept until the end, so that one walk tells all of it."""

    page: Page
    language: str
    found: dict[str, list[str]] = field(default_factory=dict)  # what was found, and on which pages
    seen: set[str] = field(default_factory=set)

    @property
    def _other_theme(self) -> str:
        return "light" if self.language == "zh" else "dark"

    def look(self, name: str, address: str = "") -> None:
        """At a page, once."""
        if address:
            self.page.goto(address, wait_until="load")
        if self.page.url not in self.seen:
            self.seen.add(self.page.url)
            self._look(name)

    def send(self, name: str, address: str, form: str, typed: Mapping[str, str]) -> None:
        """At what a page says to a form that was sent as it is without script, whatever was typed."""
        self.page.goto(address, wait_until="load")
        with self.page.expect_navigation(wait_until="load"):
            self.page.evaluate(POST, [form, dict(typed)])
        self._look(name)

    def press(self, name: str, address: str, selector: str) -> None:
        """At a page once something on it was pressed."""
        self.page.goto(address, wait_until="load")
        self.page.evaluate("selector => document.querySelector(selector).click()", selector)
        self._look(name)

    def _look(self, name: str) -> None:
        page, theme = self.page, {"dark": "light", "light": "dark"}[self._other_theme]
        if ALL_ARE_SHOT:
            self._shoot(name)
        found = looking.moving(page)
        looking.unfold(page)
        found += looking.barriers(page) + looking.behind_its_buttons(page)
        page.emulate_media(color_scheme=self._other_theme)  # type: ignore[arg-type]
        found += [f"[{self._other_theme}] {line}" for line in looking.barriers(page, CONTRAST)]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        if name in FORCED:
            page.emulate_media(forced_colors="active")
            if ALL_ARE_SHOT:
                self._shoot(f"{name}-forced")
            found += looking.without_edge(page)
            page.emulate_media(forced_colors="none")
        found += looking.cut_off(page)
        if found and not ALL_ARE_SHOT:
            self._shoot(name)
        if self.language == "en":
            looking.lengthen(page)
            if longer := [f"[longer words] {line}" for line in looking.cut_off(page)]:
                self._shoot(f"{name}-longer")
                found += longer
        for line in dict.fromkeys(found):
            self.found.setdefault(line, []).append(name)

    def _shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}-{self.language}.png", full_page=True)

    @property
    def report(self) -> str:
        return "\n".join(f"{line} (on {len(names)}: {', '.join(names[:3])})" for line, names in self.found.items())


def empty_pages(walk: Walk, world: World) -> None:
    """Before anybody has made anything."""
    cast, project = world.cast, world.cast.project.get_absolute_url()
    steps.sign_in(walk.page, cast.bob)
    for name in ("", "compose/", "gallery/", "prompts/", "prompts/earlier/", "trash/"):
        walk.look(f"empty-{name.strip('/').replace('/', '-') or 'workspace'}", f"{project}{name}")
    walk.look("empty-usage", "/usage/")
    walk.look("empty-notices", "/notices/")
    steps.sign_in(walk.page, cast.dana)
    for name in ("spend", "inbox", "reconciliation", "reimbursement", "audit"):
        walk.look(f"empty-{name}", f"/admin-review/{name}/")
    walk.seen.clear()


def pages_of_the_door(walk: Walk, world: World) -> None:
    """Signed out."""
    for name, address in full_house.pages(world, "anonymous"):
        if name != "account_logout":
            walk.look(f"door-{name}", address)
    walk.send("door-refused", "/accounts/login/", "form[method=post]", {"login": "bob", "password": "wrong"})
    walk.look("door-missing", "/nowhere/")


def pages_of_an_admin(walk: Walk, world: World, some: slice) -> None:
    """Who sees everything."""
    first, second = Generation.objects.filter(run__number=1)
    project = world.cast.project.get_absolute_url()
    pages = [
        *((name, address) for name, address in full_house.pages(world, "admin") if name != "account_logout"),
        ("compared", f"{first.get_absolute_url()}?compare"),
        ("comparison", f"{project}comparison/?a={first.public_id}&b={second.public_id}"),
        ("comparison-side", f"{project}comparison/?a={first.public_id}&b={second.public_id}&way=side"),
        ("workspace-edit", f"{project}?edit={first.public_id}"),
        ("gallery-filtered", f"{project}gallery/?q=boat&model=pro&model=nb2&status=refused"),
        ("gallery-nothing", f"{project}gallery/?q=cermaic"),
        ("gallery-wall", f"{project}gallery/?density=l"),
        ("usage-holds", "/usage/?all=1"),
        ("charges-filtered", "/admin-review/spend/charges/?status=refused"),
        ("spend-presumed", "/admin-review/spend/?presumed=all"),
        ("missing", f"/generations/{world.cast.project.public_id}/"),
        *(
            (f"frame-{each.outcome}", each.get_absolute_url())
            for each in Generation.objects.without_picture().filter(run__variations=8)
        ),
    ]
    for name, address in pages[some]:
        walk.look(name, address)


def pages_of_others(walk: Walk, world: World) -> None:
    """A maker's, an onlooker's, a stranger's; and of somebody who has to say once more who they are."""
    cast, project = world.cast, world.cast.project.get_absolute_url()
    steps.sign_in(walk.page, cast.bob)
    walk.seen.clear()
    for name in ("", "compose/", "gallery/", "members/", "trash/"):
        walk.look(f"maker-{name.strip('/') or 'workspace'}", f"{project}{name}")
    walk.look("maker-frame", world.output.generation.get_absolute_url())
    walk.look("maker-comment", f"/comments/{world.keys('comment')['public_id']}/")
    walk.look("maker-passkey", f"/accounts/2fa/webauthn/edit/{world.keys('passkey')['pk']}/")
    walk.look("maker-refused", "/admin-review/spend/")
    steps.sign_in(walk.page, cast.vera)
    walk.seen.clear()
    for name in ("", "gallery/", "prompts/"):
        walk.look(f"onlooker-{name.strip('/') or 'workspace'}", f"{project}{name}")
    walk.look("onlooker-frame", world.output.generation.get_absolute_url())
    steps.sign_in(walk.page, cast.charlie)
    walk.seen.clear()
    walk.look("stranger-projects", "/projects/")
    walk.look("stranger-gallery", "/gallery/")
    walk.look("stranger-refused", project)
    steps.sign_in(walk.page, cast.bob, is_proven=False)
    walk.look("asked-again", "/accounts/2fa/totp/activate/")


def answers_to_forms(walk: Walk, world: World) -> None:
    """What was typed is wrong, or is to be looked at before it counts."""
    cast, project = world.cast, world.cast.project.get_absolute_url()
    steps.sign_in(walk.page, cast.dana)
    for name, address, form, typed in (
        ("composer", project, "#composer", {"prompt": "", "variations": "9"}),
        ("project", "/projects/", ".project-new", {"name": ""}),
        ("project-settings", f"{project}settings/", "form[action$='/settings/']", {"name": ""}),
        ("invitation", f"{project}members/", "form[action$='/invitations/']", {"email": "nobody"}),
        ("prompt", f"{project}prompts/new/", "main form", {"title": ""}),
        ("price", "/admin-review/prices/", "form[action$='/prices/']", {"amount": "much"}),
        ("price-preview", "/admin-review/prices/", "form[action$='/prices/']", {"amount": "9"}),
        ("check", "/admin-review/provider/", "form[action$='/check/']", {}),
        ("storage", "/admin-review/provider/", "form[action*='/provider/storage/']", {}),
        ("threshold", "/admin-review/budgets/", "section[aria-labelledby=threshold] form", {"budget": "much"}),
        ("request", "/admin-review/inbox/", "form[action*='/inbox/requests/']", {"budget": "much"}),
        ("password", "/accounts/password/change/", "main form", {"oldpassword": "wrong"}),
        ("comment", world.output.generation.get_absolute_url(), "form[action$='/comments/']", {"text": ""}),
    ):
        walk.send(f"answer-{name}", address, form, typed)
    walk.press("gallery-chosen", f"{project}gallery/", ".start input")


def pages_while_nothing_is_sent(walk: Walk, world: World) -> None:
    project = world.cast.project.get_absolute_url()
    full_house.stop_sending()
    walk.seen.clear()
    for name, address in (
        ("workspace", project),
        ("compose", f"{project}compose/"),
        ("usage", "/usage/"),
        ("provider", "/admin-review/provider/"),
        ("system", "/admin-review/system/"),
    ):
        walk.look(f"stopped-{name}", address)


def answering(body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, content_type="text/html")


def pages_of_a_broken_studio(walk: Walk) -> None:
    """As the server would send them, if it still could."""
    for status in (400, 413, 429, 500, 503):
        body = render_to_string(f"{status}.html", {"reference": "e-7f31c0"})
        walk.page.route(f"**/broken-{status}/", answering(body))
        walk.look(f"broken-{status}", f"/broken-{status}/")


def before_and_outside(walk: Walk, world: World) -> None:
    empty_pages(walk, world)
    full_house.furnish(world)
    walk.page.context.clear_cookies()
    pages_of_the_door(walk, world)
    pages_of_a_broken_studio(walk)


def first_of_an_admin(walk: Walk, world: World) -> None:
    furnished_for_an_admin(walk, world)
    pages_of_an_admin(walk, world, slice(0, HALF))


def rest_of_an_admin(walk: Walk, world: World) -> None:
    furnished_for_an_admin(walk, world)
    pages_of_an_admin(walk, world, slice(HALF, None))


def answers_and_others(walk: Walk, world: World) -> None:
    furnished_for_an_admin(walk, world)
    answers_to_forms(walk, world)
    pages_of_others(walk, world)
    steps.sign_in(walk.page, world.cast.dana)
    pages_while_nothing_is_sent(walk, world)


def furnished_for_an_admin(walk: Walk, world: World) -> None:
    full_house.furnish(world)
    steps.sign_in(walk.page, world.cast.dana)


# For a test that takes longer than five minutes counts as one that hangs.
PARTS: Final = (before_and_outside, first_of_an_admin, rest_of_an_admin, answers_and_others)


def find_nothing(page: Page, language: str, part: Callable[[Walk, World], None], world: World, log: Log) -> None:
    """Go that part of the way."""
    log.allowed += ["400", "401", "403", "404", "409", "422", "broken"]
    walk = Walk(page, language)
    part(walk, world)
    assert not walk.found, f"\n{walk.report}"
