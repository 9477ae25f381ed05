"""Are the translations whole? As a script: `make translations` asks, `make messages` (--update) brings them up to date.

The compiled files are kept in git, so that a studio starts on a machine without gettext.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "zh_Hans")
# English texts stand in the code; their catalogue is there for the few that need another wording.
MAY_BE_EMPTY = {"en"}
IGNORED = (".venv", "data", "tests", "docs", "demo", "node_modules")


def missing() -> str | None:
    """Why translations cannot be looked at here, as half a sentence; None when they can."""
    return None if shutil.which("msgfmt") and shutil.which("xgettext") else "no msgfmt and xgettext: install gettext"


def update() -> list[str]:
    """Collect the texts from code and templates into every catalogue, and compile them. Gives back what went wrong."""
    _collect(ROOT)
    catalogues = [_catalogue(ROOT, language) for language in LANGUAGES]
    return [fault for each in catalogues if (fault := _msgfmt(each, each.with_suffix(".mo")))]


def faults() -> list[str]:
    """What is wrong with the catalogues, a sentence each; an empty list when they are whole."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh"
        _copy_sources(fresh)
        _collect(fresh)
        return [fault for language in LANGUAGES for fault in _faults_of(language, fresh)]


def _faults_of(language: str, fresh: Path) -> list[str]:
    kept, collected = _catalogue(ROOT, language), _catalogue(fresh, language)
    if not kept.exists():
        return [f"{language}: no catalogue; run `make messages`"]
    found = []
    if _texts(kept) != _texts(collected):
        found.append(f"{language}: texts have changed since it was collected; run `make messages`")
    if language not in MAY_BE_EMPTY and (count := _count_untranslated(kept)):
        found.append(f"{language}: {count} texts have no translation, or an uncertain (fuzzy) one")
    compiled = fresh / f"{language}.mo"
    if complaint := _msgfmt(kept, compiled):
        found.append(f"{language}: {complaint}")
    elif not kept.with_suffix(".mo").exists() or compiled.read_bytes() != kept.with_suffix(".mo").read_bytes():
        found.append(f"{language}: the compiled file is not that of its catalogue; run `make messages`")
    return found


def _copy_sources(to: Path) -> None:
    """A copy to collect in: asking must change nothing."""
    ignored = shutil.ignore_patterns(*IGNORED, ".*", "__pycache__", "*.mo", "test-artifacts")
    shutil.copytree(ROOT, to, ignore=ignored)


def _collect(root: Path) -> None:
    (root / "locale").mkdir(exist_ok=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--add-location=file"),
            *(f"--locale={language}" for language in LANGUAGES),
            *(f"--ignore={name}" for name in IGNORED),
            "--extension=html,txt,py,svg",
            "--verbosity=0",
        ],
        cwd=root,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
    )


def _catalogue(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _texts(catalogue: Path) -> list[str]:
    """The lines of the texts themselves: not the dates, nor where in the code they stand, nor translations."""
    command = ["msgattrib", "--clear-fuzzy", "--empty", "--no-location", "--sort-output", str(catalogue)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line for line in lines if line and not line.startswith(("#", '"POT-', '"PO-'))]


def _count_untranslated(catalogue: Path) -> int:
    return sum(_count(catalogue, choice) for choice in ("--untranslated", "--only-fuzzy"))


def _count(catalogue: Path, choice: str) -> int:
    command = ["msgattrib", choice, "--no-obsolete", str(catalogue)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    # The header is an entry too, with an empty text; it stands first whenever anything follows.
    return max(0, sum(line.startswith("msgid ") for line in lines) - 1)


def _msgfmt(catalogue: Path, compiled: Path) -> str:
    """Compile it; gives back what msgfmt had to complain of."""
    command = ["msgfmt", "--check-format", f"--output-file={compiled}", str(catalogue)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr.strip()


def main(arguments: list[str]) -> int:
    if reason := missing():
        print(f"translations: not looked at: {reason}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" or "--update" in arguments else 0
    found = update() if "--update" in arguments else faults()
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
