"""Which Chromium the browser tests drive. As a script it says so; with --install it fetches one if there is none."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

# The first has no window: it paints no tabs and no bar that nobody sees, and is the quicker for it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    # A browser speaks to its maker by itself; this one speaks to this machine alone.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # One without a window draws letters as those with one do.
    "--font-render-hinting=slight",
    # In a container /dev/shm is too small for a page with 4K pictures.
    "--disable-dev-shm-usage",
    # Chromium's sandbox does not work for root, who runs most containers.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
)


def missing() -> str | None:
    """Why there can be no browser here, as half a sentence; None when there can."""
    if named := os.environ.get("CHROMIUM_PATH"):
        return None if Path(named).exists() else f"CHROMIUM_PATH={named}: no such file"
    return None if find() else "no Chromium: install one (Debian: apt-get install chromium), or `make browser`"


def find() -> str | None:
    """The path of a Chromium: CHROMIUM_PATH, else the one Playwright fetched, else the machine's own."""
    named = os.environ.get("CHROMIUM_PATH") or _of_playwright()
    if named and Path(named).exists():
        return named
    has_window = os.environ.get("HEADED") == "1"
    return next((path for name in NAMES[has_window:] if (path := shutil.which(name))), None)


@cache
def _of_playwright() -> str:
    """Where Playwright keeps its own, be it there or not; asking takes a second."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main(arguments: list[str]) -> int:
    if missing() and "--install" in arguments:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    reason = missing()
    print(reason or find())
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
