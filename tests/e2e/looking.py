"""What is looked for on a page, whatever page it is.

Nothing keeps somebody out (axe-core), nothing is wider than the window or cut off at any width, nothing moves for those
who asked that nothing move. All of it is found by the page itself, in one answer for each question.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS: Final = (1440, 1024, 768, 390, 320)
HEIGHT: Final = 900
LONGER: Final = 0.4
"""By how much a translation may be longer than the English: German is, on short words more than on sentences."""

# By itself axe-core leaves out how large a target is, which WCAG 2.2 AA asks for. It lays each target beside each other
# one of the whole page, so that it is asked once a page and not for every menu. What the bar of chosen frames or a
# toast happens to cover is scrolled from under it.
RUN_AXE: Final = """async ([where, rules]) => {
    const only = rules.length ? { runOnly: rules } : { rules: { "target-size": { enabled: !where } } };
    const { violations } = await axe.run(where ?? document, { resultTypes: ["violations"], ...only });
    return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} ${
            [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ")}`))
        .filter((line) => !line.includes("because it is partially obscured"));
}"""

# Menus and dialogs lie in the page, closed. Of those of the same kind (`f-1A-menu`, `f-1B-menu`) the first is opened.
# What the large picture shows is put there by its script: it is looked at in test_lightbox.py.
LIST_CLOSED: Final = """() => {
    const kinds = new Map();
    for (const each of document.querySelectorAll("dialog:not([open], #lightbox), [popover]")) {
        const kind = each.id.replace(/[0-9a-f-]{36}|[0-9]+[A-H]?/g, "#");
        if (each.id && each.childElementCount && !kinds.has(kind)) kinds.set(kind, each.id);
    }
    return [...kinds.values()];
}"""
OPEN: Final = "id => { const it = document.getElementById(id); it.popover ? it.showPopover() : it.showModal(); }"
CLOSE: Final = "id => { const it = document.getElementById(id); it.popover ? it.hidePopover() : it.close(); }"
UNFOLD: Final = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"

LENGTHEN: Final = """share => {
    const more = (word) => word + word.slice(1, 1 + Math.ceil(word.length * share));
    const longer = (text) => text.replace(/\\p{L}{3,}/gu, more);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = walk.nextNode()); ) {
        if (!text.parentElement.closest("script, style, svg, textarea, code")) text.data = longer(text.data);
    }
    for (const field of document.querySelectorAll("[placeholder]")) field.placeholder = longer(field.placeholder);
}"""

FIND_CUT_OFF: Final = """width => {
    const named = (it) => [
        it.tagName.toLowerCase(), it.id && `#${it.id}`, ...[...it.classList].map((name) => `.${name}`),
        ` “${it.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)}”`].join("");
    const found = [];
    const scrolls = (style) => /auto|scroll/.test(style.overflowX);
    const clips = (style) => /hidden|clip/.test(style.overflowX);
    const words = document.createRange();
    for (const it of document.body.querySelectorAll("*")) {
        if (!it.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (it.closest("svg, .vh, .skip, .sprite, select, option, textarea")) continue;
        const texts = [...it.childNodes].filter((each) => each.nodeType === 3 && each.data.trim());
        if (!texts.length) continue;
        words.setStart(texts[0], 0);
        words.setEnd(texts.at(-1), texts.at(-1).length);
        const said = words.getBoundingClientRect();
        if (said.width < 2 || said.height < 2) continue;
        let may = false;
        for (let around = it; around && around !== document.documentElement; around = around.parentElement) {
            const style = getComputedStyle(around);
            const isShort = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
            if (scrolls(style) || isShort) { may = true; break; }
            const box = around.getBoundingClientRect();
            if (box.width < 3 && box.height < 3) { may = true; break; }  // for those who listen
            if (clips(style) && (said.right > box.right + 1.5 || said.left < box.left - 1.5)) {
                found.push(`cut off: ${named(it)}`); may = true; break;
            }
            if (around === it && style.display !== "inline" && style.display !== "contents"
                && (said.right > box.right + 2 || said.left < box.left - 2)) {
                found.push(`wider than its box: ${named(it)}`); may = true; break;
            }
            if (style.position === "fixed") break;
        }
        if (!may && (said.right > width + 1 || said.left < -1)) found.push(`outside the window: ${named(it)}`);
    }
    const across = document.documentElement.scrollWidth;
    if (across > width) {
        const isScrolled = (it) => { for (let up = it.parentElement; up !== document.body; up = up.parentElement)
            if (scrolls(getComputedStyle(up)) || clips(getComputedStyle(up))) return true; };
        const wide = [...document.body.querySelectorAll("*")].filter((it) =>
            it.checkVisibility() && it.getBoundingClientRect().right > width + 1 && !isScrolled(it));
        found.push(`scrolls sideways (${across}): ${wide.slice(0, 4).map(named).join(", ")}`);
    }
    return [...new Set(found)];
}"""

# Where a system has its own few colours, what is told by its ground alone needs an edge instead.
FIND_WITHOUT_EDGE: Final = """() => {
    const told = ".cost, .btn, .pic-blank, .opt, .ratio, .seg > *, .input, .select, .area";
    return [...document.querySelectorAll(told)]
        .filter((it) => it.checkVisibility() && parseFloat(getComputedStyle(it).borderTopWidth) < 1)
        .map((it) => `no edge in forced colours: ${it.className} ${it.textContent.trim().slice(0, 40)}`);
}"""

FIND_MOVING: Final = """() => document.getAnimations()
    .filter((each) => each.playState === "running" && each.effect.getComputedTiming().duration > 20)
    .map((each) => `moves: ${each.animationName ?? each.transitionProperty} on ${each.effect.target?.className}`)"""


def barriers(page: Page, *rules: str, of: str | None = None) -> list[str]:
    """What axe-core finds, one line each: on the page, or in `of` alone; by all its rules, or by these."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN_AXE, [of, list(rules)])
    return found


def behind_its_buttons(page: Page) -> list[str]:
    """The same in each kind of menu and dialog that the page has, opened one after the other."""
    found = []
    for key in page.evaluate(LIST_CLOSED):
        page.evaluate(OPEN, key)
        found += [f"[{key} open] {line}" for line in barriers(page, of=f"#{key}")]
        page.evaluate(CLOSE, key)
    return found


def unfold(page: Page) -> None:
    page.evaluate(UNFOLD)


def lengthen(page: Page) -> None:
    """Every word of the page by so much, as a language with long words would have it. The page is not itself after."""
    page.evaluate(LENGTHEN, LONGER)


def cut_off(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """What is wider than the window, or than the box it stands in, at each of the widths."""
    found = []
    with _as_it_was(page):
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found += [f"[{width} wide] {line}" for line in page.evaluate(FIND_CUT_OFF, width)]
    return found


def without_edge(page: Page) -> list[str]:
    """In forced colours: what could not be told from what lies around it."""
    found: list[str] = page.evaluate(FIND_WITHOUT_EDGE)
    return found


def moving(page: Page) -> list[str]:
    """What moves, though this window asks that nothing do."""
    found: list[str] = page.evaluate(FIND_MOVING)
    return found


@contextmanager
def _as_it_was(page: Page) -> Iterator[None]:
    size: Any = page.viewport_size
    yield
    page.set_viewport_size(size)
