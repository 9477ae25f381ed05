"""Is a hole known in any package of a server's lock? Asked of the public list of advisories, by pip-audit.

`make audit`. Without a network, or where the list cannot be reached, it says so in one line and keeps nobody from their
work, in CI neither: what is known on a day is no property of a change.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS_MAX = 30
COMMAND = (
    *(str(ROOT / ".venv/bin/uv"), "tool", "run", "--quiet", "--python", sys.executable, "pip-audit@2.10"),
    *("--requirement", str(ROOT / "requirements.lock"), "--no-deps", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off"),
)


def main() -> int:
    try:
        done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=SECONDS_MAX)
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return _not_run("the tool could not be fetched or did not come to an end")
    holes = [(each, hole) for each in packages for hole in each.get("vulns", ())]
    for package, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "not mended yet"
        print(f"{package['name']} {package['version']}: {hole['id']}, {mended}")
    unknown = [each for each in packages if "skip_reason" in each]
    if holes:
        return 1
    if unknown:
        return _not_run(f"nothing was said of {len(unknown)} of {len(packages)} packages")
    print(f"audit: no hole is known in {len(packages)} packages")
    return 0


def _not_run(why: str) -> int:
    print(f"audit: NOT RUN, {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
