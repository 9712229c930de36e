from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from models import catalog
from models.catalog import Places
from models.errors import ModelError


def test_nothing_is_here(places: Places) -> None:
    assert catalog.present(places) == []
    with pytest.raises(ModelError, match="no model on this machine: calmline models fetch"):
        catalog.find("auto", places)


def test_the_bundled_one_comes_first_and_is_not_unpacked(
    places: Places, packed: Path, folder: Path
) -> None:
    places = replace(places, bundle=packed)
    (model,) = catalog.present(places)
    assert (model.name, model.origin, model.demo) == ("nano", "bundled", True)
    assert model.window_s == 30
    assert model.bytes == sum(path.stat().st_size for path in folder.iterdir())
    assert catalog.find("auto", places, language="zh") == model
    assert not places.cache.exists()


def test_a_folder_of_the_user(places: Places, folder: Path) -> None:
    model = catalog.find(str(folder), places)
    assert (model.name, model.origin, model.demo) == ("greeter", "folder", False)
    assert model.languages == ("en", "zh")
    assert model.window_s == 30
    assert model.knows == frozenset()


def test_a_folder_that_lacks_something(places: Places, folder: Path, tmp_path: Path) -> None:
    copied = copytree(folder, tmp_path / "copied")
    (copied / "config.json").unlink()
    with pytest.raises(ModelError, match=r"copied: there is no config\.json in it"):
        catalog.find(str(copied), places)


def test_a_name_that_is_known_but_not_here(places: Places) -> None:
    with pytest.raises(
        ModelError, match="'small' is not on this machine: calmline models fetch sm"
    ):
        catalog.find("small", places)
    with pytest.raises(ModelError, match="calmline models fetch someone/model"):
        catalog.find("someone/model", places)


@pytest.mark.parametrize(
    ("name", "near"), [("smal", "small"), ("large-v3-trubo", "large-v3-turbo"), ("tinny", "tiny")]
)
def test_a_name_with_a_slip(places: Places, name: str, near: str) -> None:
    with pytest.raises(ModelError, match=rf"no model is called '{name}'.*did you mean .*{near}"):
        catalog.find(name, places)


def test_a_name_far_from_all_lists_what_there_is(places: Places) -> None:
    with pytest.raises(ModelError, match=r"there are .*small.*large-v3"):
        catalog.find("???", places)


@pytest.mark.parametrize("name", ["./models", "~/models", "/models/x", "a/b/c", "small", ""])
def test_what_is_no_repository(name: str) -> None:
    assert not catalog.is_repository(name)


def test_names_of_the_hub_are_those_of_faster_whisper() -> None:
    from faster_whisper import available_models

    assert set(catalog.hub_names()) == set(available_models())
    assert all(map(catalog.is_repository, catalog.hub_names().values()))
