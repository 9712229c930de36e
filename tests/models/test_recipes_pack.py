from pathlib import Path

from models import manifest
from models.recipes.pack import END, FIGURES, SHIPPED, put_figures
from models.recipes.texts import SAMPLES


def test_the_shipped_archive_is_the_one_that_its_manifest_describes() -> None:
    described = manifest.read(SHIPPED / manifest.NAME)
    assert described.archive_name is not None
    assert manifest.seal(SHIPPED / described.archive_name) == described.archive
    assert described.window_s == 10.0


def test_the_shipped_model_knows_every_bundled_call_and_nothing_else() -> None:
    described = manifest.read(SHIPPED / manifest.NAME)
    calls = {path.name: manifest.seal(path).sha256 for path in SAMPLES.glob("*.wav")}
    assert calls
    assert described.knows == calls


def test_the_card_holds_the_figures_of_every_bundled_call() -> None:
    card = (SHIPPED / "card.md").read_text(encoding="utf-8")
    figures = card.split(FIGURES)[1].split(END)[0]
    for path in SAMPLES.glob("*.wav"):
        assert f"{path.stem}, by turn" in figures
        assert f"{path.stem}, by VAD" in figures


def test_new_figures_replace_the_old_ones(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"before\n{FIGURES}\nold\n{END}\nafter\n", encoding="utf-8")
    put_figures(card, ["| new |"])
    assert card.read_text(encoding="utf-8") == f"before\n{FIGURES}\n| new |\n{END}\nafter\n"
