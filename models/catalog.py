"""Which models there are on this machine, by name: bundled, fetched, or a folder of the user's.

Nothing here touches the network or loads anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from . import archive, choice, shape
from . import manifest as manifests
from .errors import ModelError
from .manifest import Manifest
from .transcriber import Language

BUNDLE = Path(__file__).parent / "nano"
"""Where the bundled model lies in its compact form."""
AUTO = "auto"
"""The name that means: the best that is here (:func:`~models.choice.choose`)."""
ENGLISH_ONLY = (".en", "distil-")
"""Marks in the names of models that were trained on English alone."""
PARTS = ("model.bin", "config.json", "tokenizer.json")
"""Files without which a folder cannot be loaded offline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where models lie on this machine.

    Attributes
    ----------
    fetched
        Holds a folder for each model fetched.
    cache
        Where the bundled model is unpacked; may be emptied at any time.
    bundle
        Where the bundled model lies in its compact form.
    """

    fetched: Path
    cache: Path
    bundle: Path = BUNDLE

    @classmethod
    def of_user(cls) -> Places:
        """The usual places of the user who runs this process."""
        import platformdirs

        return cls(
            fetched=platformdirs.user_data_path("calmline", appauthor=False) / "models",
            cache=platformdirs.user_cache_path("calmline", appauthor=False) / "models",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that is on this machine.

    Attributes
    ----------
    folder
        Where its files lie, or (bundled) will lie once unpacked.
    window_s
        The longest sound it hears at once, in seconds; ``None`` where its manifest does not say.
    manifest
        What its files should be; ``None`` for a folder of the user's.
    bundle
        The folder of the compact form it must be unpacked from; bundled models only.
    """

    name: str
    origin: Literal["bundled", "fetched", "folder"]
    folder: Path
    bytes: int
    languages: tuple[Language, ...]
    window_s: float | None
    manifest: Manifest | None = None
    bundle: Path | None = None

    @property
    def demo(self) -> bool:
        """Whether it knows the bundled calls only."""
        return self.origin == "bundled"

    @property
    def knows(self) -> frozenset[str]:
        """SHA-256 of the recordings whose words it may be trusted with, if it is a demo model."""
        return frozenset(self.manifest.knows.values() if self.manifest else ())


def present(places: Places) -> list[Model]:
    """All models on this machine: the bundled one first, then what was fetched, by name."""
    models = [_bundled(places)] if (places.bundle / manifests.NAME).is_file() else []
    # a folder without a manifest is no model of ours, or one still being fetched
    for path in sorted(places.fetched.glob(f"*/{manifests.NAME}")):
        models.append(_fetched(path.parent))
    return models


def find(
    name: str, places: Places, *, language: Language | None = None, device: choice.Device = "cpu"
) -> Model:
    """The model of that name.

    Parameters
    ----------
    name
        ``auto``, ``nano``, the name of a fetched model, or the path of a folder.
    places
        Where to look.
    language, device
        What ``auto`` goes by, see :func:`~models.choice.choose`.

    Raises
    ------
    ModelError
        If there is none; says how to get it, or which names come near.
    """
    models = present(places)
    if name == AUTO:
        chosen = choice.choose(models, language, device)
        if chosen is None:
            raise ModelError("there is no model on this machine: calmline models fetch small")
        return chosen
    for model in models:
        if model.name == name:
            return model
    path = Path(name).expanduser()
    if path.is_dir():
        return _folder(path)
    if name in hub_names() or is_repository(name):
        raise ModelError(f"model {name!r} is not on this machine: calmline models fetch {name}")
    raise ModelError(unknown(name, [model.name for model in models]))


@cache
def hub_names() -> dict[str, str]:
    """Names of models that can be fetched, with their repositories: faster-whisper's own table."""
    from faster_whisper.utils import _MODELS  # public only as a list of names

    return {str(name): str(repository) for name, repository in _MODELS.items()}


def is_repository(name: str) -> bool:
    """Whether a name means a repository of the hub, ``owner/name``."""
    owner, slash, rest = name.partition("/")
    return bool(slash and owner.strip(".~") and rest) and "/" not in rest


def unknown(name: str, others: list[str] | None = None) -> str:
    """Say in one line that there is no such model, and which names come near."""
    names = [*(others or []), *hub_names()]
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    return f"no model is called {name!r} and no folder either: {hint}"


def folder_name(name: str) -> str:
    """What the folder of a fetched model is called."""
    return name.replace("/", "--")


def languages_of(name: str, *, multilingual: bool) -> tuple[Language, ...]:
    """Which of our languages a model knows, by its vocabulary and its name."""
    english = not multilingual or any(mark in name for mark in ENGLISH_ONLY)
    return ("en",) if english else ("en", "zh")


def _bundled(places: Places) -> Model:
    manifest = manifests.read(places.bundle / manifests.NAME)
    return Model(
        name=manifest.name,
        origin="bundled",
        folder=archive.place(manifest, places.cache),
        bytes=manifest.bytes,
        languages=("en", "zh"),
        window_s=manifest.window_s,
        manifest=manifest,
        bundle=places.bundle,
    )


def _fetched(folder: Path) -> Model:
    manifest = manifests.read(folder / manifests.NAME)
    return _described(manifest.name, "fetched", folder, manifest)


def _folder(path: Path) -> Model:
    for part in PARTS:
        if not (path / part).is_file():
            raise ModelError(f"{path}: there is no {part} in it: is it a CTranslate2 model?")
    return _described(path.resolve().name, "folder", path, None)


def _described(
    name: str, origin: Literal["fetched", "folder"], folder: Path, manifest: Manifest | None
) -> Model:
    size = shape.read(folder / manifests.WEIGHTS)
    return Model(
        name=name,
        origin=origin,
        folder=folder,
        bytes=manifest.bytes if manifest else sum(f.stat().st_size for f in folder.iterdir()),
        languages=languages_of(name, multilingual=size.multilingual),
        window_s=size.window_s,
        manifest=manifest,
    )
