"""``python -m server``: the same as ``calmline``, from a checkout."""

from .cli import main

main(prog_name="calmline")
