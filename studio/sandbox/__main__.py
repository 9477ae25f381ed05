"""`python -m studio.sandbox --port 8490`."""

from argparse import ArgumentParser

from .options import add_arguments, from_arguments
from .serve import serve

parser = ArgumentParser(prog="python -m studio.sandbox", description="Stands in for the paid gateway.")
add_arguments(parser)
serve(from_arguments(parser.parse_args()))
