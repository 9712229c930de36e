"""Stage 7: the exported model in the form that the repository carries."""

from __future__ import annotations

from pathlib import Path

from models import archive

from .texts import SAMPLES

SHIPPED = Path(__file__).resolve().parents[1] / "nano"
SOURCE = "models/recipes"
FIGURES, END = "<!-- figures -->", "<!-- end of figures -->"


def pack(folder: Path, target: Path = SHIPPED) -> Path:
    """Write the archive and its manifest; return the archive's path.

    The manifest names the bundled calls by checksum: the model's words are for them alone.

    Parameters
    ----------
    folder
        What :func:`~models.recipes.export.export` wrote.
    target
        The folder that is shipped.
    """
    target.mkdir(parents=True, exist_ok=True)
    calls = sorted(SAMPLES.glob("*.wav"))
    return archive.pack(folder, target, name="nano", source=SOURCE, knows=calls)


def put_figures(card: Path, lines: list[str]) -> None:
    """Replace what stands between the two marks of a model card."""
    before, rest = card.read_text(encoding="utf-8").split(FIGURES)
    _, after = rest.split(END)
    card.write_text(before + "\n".join([FIGURES, *lines, END]) + after, encoding="utf-8")
