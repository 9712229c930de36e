"""``python -m models.recipes.wording``: the classifier of wording, from the lines to the files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from models.wording.cutting import Language
from models.wording.model import SCHEMA, schema_head

from . import export, training
from .lines import read

SHIPPED = Path(__file__).resolve().parents[2] / "wording"
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@click.command()
@click.option("--target", type=click.Path(path_type=Path), default=SHIPPED, show_default=True)
@click.option("--seed", default=training.SEED, show_default=True)
def main(target: Path, seed: int) -> None:
    """Train on all lines and write what is shipped."""
    languages: dict[str, Any] = {}
    for language in LANGUAGES:
        lines = read(language) + read(language, taught=True)
        fitted = training.fit(lines, language, seed)
        weights = export.to_onnx(fitted)
        (target / f"{language}.onnx").write_bytes(weights)
        languages[language] = {
            "file": f"{language}.onnx",
            "bytes": len(weights),
            "sha256": sha256(weights).hexdigest(),
            "lines": len(lines),
            "families": len({line.family for line in lines}),
            "thresholds": fitted.thresholds,
        }
        click.echo(f"{language}: {len(lines)} lines, {len(weights)} bytes")
    schema = {**schema_head(), "source": "models/recipes/wording", "languages": languages}
    (target / SCHEMA).write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
