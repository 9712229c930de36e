"""``calmline rescore``: other rules on the stored facts of an archive, without any sound."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from coaching.playbook import Playbook, bundled
from coaching.profiles import Profiles
from coaching.thresholds import Thresholds

from ..errors import Refused
from ..live.versions import playbook_version, thresholds_version
from .files import whole, write_whole
from .replayed import Again, Change, Replayed, replay_part
from .tables import Tables, parts

MOST_EXAMPLES = 5
SUMMARY, CHANGES = "summary.json", "changes.parquet"
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What became of one card over all calls, with examples of calls that gained or lost it."""

    card_id: str
    kept: int
    gained: int
    lost: int
    examples: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What other rules would have made of an archive.

    Attributes
    ----------
    calls, audio_s
        Scored again.
    skipped
        In another language than the playbook's.
    changed
        Calls that gained or lost a cue.
    cards
        The most changed first.
    folder
        Where summary and changes lie.
    """

    playbook: str | None
    thresholds: str
    calls: int
    skipped: int
    changed: int
    audio_s: float
    cards: tuple[Card, ...]
    folder: Path


def rescore(
    folder: Path, playbook: Playbook | None, profiles: Profiles | None, *, workers: int = 1,
    advance: Callable[[int, int], None] = lambda done, of: None,
) -> Rescored:  # fmt: skip
    """Score an archive again and compare; the archive itself stays as it is.

    Parameters
    ----------
    playbook, profiles
        The new ones. Where one is ``None``, what came with the product is taken, and must be what
        the archive was scored with: else two changes would be mixed.
    workers
        Processes.
    advance
        Told after each part: parts done, and all.

    Raises
    ------
    Refused
        If there is no archive, it has no facts, or it was scored with others than are given.
    """
    _same_rules(folder, playbook, profiles)
    again = Again(playbook=playbook, profiles=profiles or Profiles())
    paths = parts(folder, "events")
    if not paths:
        raise Refused(f"{folder}: there are no events in it to score again")
    found: list[Replayed] = []
    for one in _replayed(paths, again, min(workers, len(paths))):
        found.append(one)
        advance(len(found), len(paths))
    changes = sorted(
        (change for one in found for change in one.changes),
        key=lambda change: (change.call_id, change.at_s, change.card_id, change.change),
    )
    version = playbook_version(playbook) if playbook is not None else None
    settings = _version(again.profiles)
    name = sha256(f"{version} {settings}".encode()).hexdigest()[:_DIGITS]
    result = Rescored(
        playbook=version,
        thresholds=settings,
        calls=sum(one.calls for one in found),
        skipped=sum(one.skipped for one in found),
        changed=len({change.call_id for change in changes}),
        audio_s=round(sum(one.audio_s for one in found), 1),
        cards=_cards(changes, sum((Counter(one.kept) for one in found), Counter())),
        folder=folder / f"rescore-{name}",
    )
    _write(result, changes)
    return result


def as_json(result: Rescored) -> dict[str, Any]:
    """Give a result ready for JSON; ``folder`` is its name within the archive."""
    return asdict(result) | {"folder": result.folder.name}


def _version(profiles: Profiles) -> str:
    """Name thresholds, and those of each language where they differ."""
    versions = [thresholds_version(profiles.base)]
    versions += [f"{tag}:{thresholds_version(one)}" for tag, one in profiles.by_tag.items()]
    return " ".join(versions)


def _same_rules(folder: Path, playbook: Playbook | None, profiles: Profiles | None) -> None:
    with Tables(folder) as tables:
        used = {name for (name,) in tables.rows("SELECT DISTINCT playbook FROM calls")}
        settings = {name for (name,) in tables.rows("SELECT DISTINCT thresholds FROM calls")}
    ours = {playbook_version(bundled("en")), playbook_version(bundled("zh"))}
    if playbook is None and not used <= ours:
        raise Refused(
            f"{folder}: it was scored with another playbook than the bundled one "
            f"({', '.join(sorted(used - ours))}); give it with --playbook"
        )
    if profiles is None and settings != {thresholds_version(Thresholds())}:
        raise Refused(
            f"{folder}: it was scored with other thresholds than the default ones; give them "
            "with --thresholds"
        )


def _replayed(paths: list[Path], again: Again, workers: int) -> Iterator[Replayed]:
    work = partial(replay_part, again=again)
    if workers == 1:
        yield from map(work, paths)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(work, path) for path in paths]
        try:
            for task in as_completed(tasks):
                yield task.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _cards(changes: list[Change], kept: Counter[str]) -> tuple[Card, ...]:
    cards = []
    for card_id in kept.keys() | {change.card_id for change in changes}:
        own = [change for change in changes if change.card_id == card_id]
        gained, lost = ([one for one in own if one.change == name] for name in ("gained", "lost"))
        cards.append(
            Card(
                card_id=card_id,
                kept=kept[card_id],
                gained=len(gained),
                lost=len(lost),
                examples=tuple(gained[:MOST_EXAMPLES] + lost[:MOST_EXAMPLES]),
            )
        )
    return tuple(sorted(cards, key=lambda card: (-card.gained - card.lost, card.card_id)))


def _write(result: Rescored, changes: list[Change]) -> None:
    """Write the files of a result; the summary is last, so that what it counts is there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [("call_id", pa.string()), ("change", pa.string()), ("card_id", pa.string()),
         ("at_s", pa.float64()), ("quote", pa.string())]
    )  # fmt: skip
    table = pa.Table.from_pylist([asdict(change) for change in changes], schema=schema)
    try:
        result.folder.mkdir(exist_ok=True)
        with whole(result.folder / CHANGES) as path:
            pq.write_table(table, path, compression="zstd")
        text = json.dumps(as_json(result), ensure_ascii=False, indent=2)
        write_whole(result.folder / SUMMARY, text + "\n")
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise Refused(f"{result.folder}: {reason}") from error
