"""`python -m bench [name ...] [--quick]`. Ends with 1 when a bar is missed."""

import argparse
import importlib
import pkgutil
import sys
from importlib.util import find_spec

import bench


def main() -> int:
    packages = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.ispkg]
    known = [name for name in packages if find_spec(f"bench.{name}.run")]  # a soak is a command of its own
    options = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    options.add_argument("names", nargs="*", choices=[*known, []], metavar="name", help=f"of {', '.join(known)}")
    options.add_argument("--quick", action="store_true", help="fewer rounds: a first look, not a figure to quote")
    asked = options.parse_args()
    held = [importlib.import_module(f"bench.{name}.run").run(quick=asked.quick) for name in asked.names or known]
    return 0 if all(held) else 1


sys.exit(main())
