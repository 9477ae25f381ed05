"""The pictures of the README and of docs/, taken of the demo itself: `make screenshots`.

A studio of its own is started with an empty folder, its people make a few things with the sandbox, and each page is
shot. Nothing is drawn by hand, so what the pictures show is what there is.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from studio.demo.processes import free_port, is_free
from tests import browser

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / "docs" / "screenshots"
PASSWORD: Final = "banana-bread-2026"
A_PICTURE_MS: Final = 120_000
DESKTOP: Final = (1440, 1000)
PHONE: Final = (390, 844)


@contextmanager
def demo() -> Iterator[str]:
    """Yields its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(port)]
        environment = {**os.environ, "NB_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "nbweb.settings"}
        running = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            while is_free(port):
                if running.poll() is not None:
                    raise SystemExit("The demo did not start.")
                time.sleep(0.2)
            yield address
        finally:
            running.terminate()
            running.wait()


def sign_in(chromium: Browser, address: str, name: str, size: tuple[int, int], theme: str = "light") -> Page:
    context = chromium.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="en-US",
    )
    page = context.new_page()
    page.set_default_timeout(A_PICTURE_MS)
    page.goto("/")
    page.locator("#id_login").fill(f"{name}@example.com")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/projects/**", wait_until="load")
    return page


def make(page: Page, prompt: str, *, size: str = "2K", ratio: str = "4:5", variations: int = 1) -> None:
    """A run, as its author asks for it. Done when its strip is there."""
    before = page.locator(".strip").count()
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.locator(f"#size-{size}").check(force=True)
    page.get_by_role("radio", name=ratio, exact=True).check(force=True)
    page.get_by_label("Variations").fill(str(variations))
    page.get_by_label("Variations").press("Tab")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator(".strip")).to_have_count(before + 1)


def wait_until_done(page: Page) -> None:
    under_way = page.locator(".frame:not([data-status=succeeded], [data-status=refused], [data-status=failed])")
    expect(under_way).to_have_count(0, timeout=A_PICTURE_MS)


def shoot(page: Page, name: str) -> None:
    page.evaluate("document.querySelectorAll('toast-line').forEach(toast => toast.remove())")
    page.wait_for_load_state("networkidle")
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.save(FOLDER / f"{name}.webp", quality=85, method=6)
    print(FOLDER / f"{name}.webp")


def work(page: Page) -> None:
    """What a morning leaves on the light table, newest last."""
    make(page, "Two-colour risograph poster of a moon over water, coarse grain", ratio="3:4", variations=2)
    make(page, "A film star smiling on a poster for the winter fair [sandbox:finish:IMAGE_SAFETY]", ratio="3:4")
    make(page, "A lighthouse on a cliff at dusk, wide and quiet", ratio="16:9", variations=2)
    make(page, "Matte ceramic vase on seamless paper, one soft window light from the left", variations=4)
    wait_until_done(page)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = browser.find()
    with demo() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(browser.ARGUMENTS))
        ines = sign_in(chromium, address, "ines", DESKTOP)
        project = ines.url
        work(ines)
        ines.locator(".frame[data-status=succeeded] .tools button").first.focus()
        ines.keyboard.press("p")
        make(ines, "The same vase at night: cool moonlight from the right, deep blue paper", size="4K", variations=4)
        ines.locator("studio-clock").first.wait_for()
        shoot(ines, "workspace")
        wait_until_done(ines)
        ines.goto("/gallery/")
        shoot(ines, "gallery")
        ines.locator(".frame[data-status=succeeded] .no").first.click()
        shoot(ines, "frame")
        ines.goto("/usage/")
        shoot(ines, "usage")
        dana = sign_in(chromium, address, "dana", DESKTOP, "dark")
        dana.goto(project)
        shoot(dana, "workspace-dark")
        dana.goto("/admin-review/spend/")
        shoot(dana, "spend-dark")
        phone = sign_in(chromium, address, "ines", PHONE)
        phone.goto(project)
        shoot(phone, "phone")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
