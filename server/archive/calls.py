"""From recordings to calls: which files make one, what is told of it, what is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from .find import Found, Recording
from .metadata import REFUSES, Metadata, over
from .names import NamePattern, told
from .pseudonyms import Pseudonyms
from .tasks import Failure, Task, Told

Done = Collection[str]
_Fail = Callable[[Sequence[Recording], str, str, str], None]

CALLER, AGENT = "caller", "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What there is to do.

    Attributes
    ----------
    tasks
        Calls to be scored, in order.
    failures
        Recordings that cannot be, and why.
    done
        How many calls were scored by earlier runs.
    """

    tasks: tuple[Task, ...]
    failures: tuple[Failure, ...]
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How calls are told.

    Attributes
    ----------
    parties
        What stands for ``{party}`` in the names of the caller's and of the agent's file.
    as_named
        Whether agents keep their names.
    """

    pattern: NamePattern | None = None
    metadata: Metadata | None = None
    parties: tuple[str, str] = (CALLER, AGENT)
    as_named: bool = False


@dataclass(frozen=True, slots=True)
class _Call:
    recordings: tuple[Recording, ...]
    told: Told

    @property
    def name(self) -> str:
        return " + ".join(one.name for one in self.recordings)


def calls(
    found: Found,
    rules: Rules,
    pseudonyms: Pseudonyms,
    *,
    done: Done,
    call_ids: Iterable[str],
) -> Calls:
    """Make calls of recordings.

    Parameters
    ----------
    found
        The recordings.
    rules
        How to tell them.
    pseudonyms
        Of this archive.
    done
        ``path_hash`` of recordings that need no more work.
    call_ids
        Of the calls that are in the archive.
    """
    failures: list[Failure] = []

    def fail(recordings: Sequence[Recording], name: str, reason: str, do: str) -> None:
        failures.append(
            Failure(
                name=name,
                path_hash=_hash(pseudonyms, recordings),
                bytes=sum(one.bytes for one in recordings),
                reason=reason,
                do=do,
            )
        )

    for line in found.missing:
        fail([Recording(line, line, 0)], line, "there is no such file", "correct the list")
    tasks: list[Task] = []
    taken = dict.fromkeys(call_ids, "an earlier run")
    already = 0
    for call in _grouped(found.recordings, rules, fail):
        path_hash = _hash(pseudonyms, call.recordings)
        if path_hash in done:
            already += 1
            continue
        if (call.told.consent or "").lower() in REFUSES:
            fail(call.recordings, call.name, "no consent: it was not listened to", "nothing")
            continue
        call_id = call.told.call_id or str(PurePosixPath(call.recordings[0].name).with_suffix(""))
        if call_id in taken:
            reason = f"its call id {call_id!r} is that of {taken[call_id]}"
            fail(call.recordings, call.name, reason, "give call ids by --name-pattern, --metadata")
            continue
        taken[call_id] = call.name
        agent = call.told.agent
        if agent is not None and not rules.as_named:
            agent = pseudonyms.agent(agent)
        tasks.append(
            Task(
                call_id=call_id,
                name=call.name,
                path_hash=path_hash,
                addresses=tuple(one.address for one in call.recordings),
                bytes=sum(one.bytes for one in call.recordings),
                told=replace(call.told, call_id=call_id, agent=agent),
            )
        )
    new = tuple(failure for failure in failures if failure.path_hash not in done)
    return Calls(tasks=tuple(tasks), failures=new, done=already)


def _hash(pseudonyms: Pseudonyms, recordings: Sequence[Recording]) -> str:
    return pseudonyms.path("\0".join(one.address for one in recordings))


def _grouped(recordings: Sequence[Recording], rules: Rules, fail: _Fail) -> list[_Call]:
    """Each recording as a call, or each two of which the names say so."""
    found: list[_Call] = []
    halves: dict[tuple[str, ...], dict[str, tuple[Recording, Told]]] = {}
    for one in recordings:
        fields: dict[str, str] | None = {}
        if rules.pattern is not None:
            fields = rules.pattern.read(one.name)
        if fields is None:
            assert rules.pattern is not None
            reason = f"its name is not of the pattern {rules.pattern.pattern}"
            fail([one], one.name, reason, "correct --name-pattern, or the name")
            continue
        try:
            heard = told(fields)
        except ValueError as error:
            fail([one], one.name, f"its name tells no date or time: {error}", "correct the name")
            continue
        heard = over(heard, rules.metadata.of(one.name) if rules.metadata else None)
        party = fields.pop("party", None)
        if party is None:
            found.append(_Call((one,), heard))
        elif party not in rules.parties:
            reason = f"its party {party!r} is neither {' nor '.join(rules.parties)}"
            fail([one], one.name, reason, "give --parties CALLER,AGENT as the names have them")
        else:
            folder = one.name.rpartition("/")[0]
            halves.setdefault((folder, *fields.values()), {})[party] = one, heard
    for sides in halves.values():
        caller, agent = (sides.get(party) for party in rules.parties)
        if caller is None or agent is None:
            ((alone, _),) = sides.values()
            fail([alone], alone.name, "the other party's file is missing", "see where it is")
        else:
            found.append(_Call((caller[0], agent[0]), over(agent[1], caller[1])))
    return found
