"""What the lane transcribes next, without a clock or a process."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from server.lane.schedule import PARTIAL_GAP_S, Job, Kind, Schedule


def job(
    number: int,
    call: str = "a",
    kind: Kind = "final",
    *,
    utterance: str | None = None,
    at: float = 0.0,
    deadline: float | None = None,
) -> Job:
    return Job(
        job_id=number,
        call_id=call,
        utterance_id=utterance or str(number),
        kind=kind,
        at_s=at,
        deadline_s=deadline,
    )


def taken(
    schedule: Schedule, now: float = 0.0, *, loaded: bool = False, most: int = 1
) -> list[int]:
    return [job.job_id for job in schedule.take(now, loaded=loaded, most=most)]


def test_a_call_with_a_hundred_utterances_holds_up_another_by_one() -> None:
    schedule = Schedule(1)
    for number in range(100):
        schedule.add(job(number, "busy"))
    schedule.add(job(100, "other"))
    order = [taken(schedule)[0] for _ in range(101)]
    assert order.index(100) == 1
    assert [number for number in order if number != 100] == list(range(100))
    assert taken(schedule) == []


def test_a_final_comes_before_any_partial() -> None:
    schedule = Schedule(2)
    schedule.watch("a", True)
    schedule.add(job(1, kind="partial"))
    schedule.add(job(2, "b"))
    assert [taken(schedule), taken(schedule)] == [[2], [1]]


def test_nobody_watches_no_partial() -> None:
    schedule = Schedule(2)
    assert schedule.add(job(1, kind="partial")) == [job(1, kind="partial")]
    schedule.watch("a", True)
    assert schedule.add(job(2, kind="partial")) == []
    assert schedule.watch("a", False) == [job(2, kind="partial")]
    assert taken(schedule) == []


def test_the_latest_partial_wins_and_waits_its_second() -> None:
    schedule = Schedule(3)
    schedule.watch("a", True)
    schedule.add(job(1, kind="partial"))
    (first,) = schedule.take(10.0)
    schedule.add(job(2, kind="partial"))
    assert schedule.add(job(3, kind="partial")) == [job(2, kind="partial")]
    assert taken(schedule, 11.5) == []  # the first still runs
    schedule.done(first)
    assert taken(schedule, 10.9) == []  # and there is one a second
    assert taken(schedule, 11.0) == [3]


def test_a_final_sheds_the_partial_of_its_own_utterance_only() -> None:
    schedule = Schedule(2)
    schedule.watch("a", True)
    old = job(1, kind="partial", utterance="u1")
    schedule.add(old)
    assert schedule.add(job(2, utterance="u0")) == []
    assert schedule.add(job(3, utterance="u1")) == [old]


def test_a_loaded_lane_does_no_partials() -> None:
    schedule = Schedule(2)
    schedule.watch("a", True)
    schedule.add(job(1, kind="partial"))
    assert taken(schedule, loaded=True) == []
    assert taken(schedule) == [1]


def test_one_worker_of_several_is_kept_for_finals() -> None:
    schedule = Schedule(3)
    for call in "abc":
        schedule.watch(call, True)
        schedule.add(job(ord(call), call, "partial"))
    assert taken(schedule) + taken(schedule) == [97, 98]
    assert taken(schedule) == []
    assert schedule.partials == 1


def test_what_is_overdue_is_taken_out() -> None:
    schedule = Schedule(1)
    schedule.watch("a", True)
    late, partial = job(1, deadline=5.0), job(2, kind="partial", deadline=2.0)
    for one in (late, partial, job(3)):
        schedule.add(one)
    assert schedule.overdue(1.9) == []
    assert schedule.overdue(2.0) == [partial]
    assert schedule.overdue(9.0) == [late]
    assert taken(schedule, 9.0) == [3]


def test_what_crashes_a_worker_twice_is_given_up() -> None:
    schedule = Schedule(1)
    schedule.add(job(1))
    schedule.add(job(2))
    (first,) = schedule.take(0.0)
    assert schedule.crashed(first)
    (again,) = schedule.take(0.0)
    assert (again.job_id, again.strikes) == (1, 1)
    assert not schedule.crashed(again)
    assert taken(schedule) == [2]


def test_a_partial_that_crashes_a_worker_is_given_up_at_once() -> None:
    schedule = Schedule(1)
    schedule.watch("a", True)
    schedule.add(job(1, kind="partial"))
    (first,) = schedule.take(0.0)
    assert not schedule.crashed(first)
    schedule.add(job(2, kind="partial"))
    assert taken(schedule, PARTIAL_GAP_S) == [2]


def test_a_batch_goes_across_calls_and_what_crashed_goes_alone() -> None:
    schedule = Schedule(1)
    for number, call in enumerate("aab"):
        schedule.add(job(number, call))
    batch = schedule.take(0.0, most=8)
    assert [job.job_id for job in batch] == [0, 2, 1]
    schedule.add(job(3, "c"))
    assert all(schedule.crashed(job) for job in batch)
    batches = [taken(schedule, most=8) for _ in range(4)]
    assert sorted(batches) == [[0], [1], [2], [3]]


@dataclass
class Story:
    """Drives a schedule and notes what happened to whom."""

    workers: int
    schedule: Schedule = field(init=False)
    now: float = 0.0
    number: int = 0
    running: list[Job] = field(default_factory=list)
    begun: list[tuple[float, Job]] = field(default_factory=list)
    came: dict[int, int] = field(default_factory=dict)
    """How many had begun when a job came."""
    ended: Counter[int] = field(default_factory=Counter)
    finals: list[Job] = field(default_factory=list)
    partials: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.workers)

    def add(self, call: str, kind: Kind) -> None:
        """Hand in a job."""
        self.number += 1
        new = job(self.number, call, kind, at=self.now)
        self.came[new.job_id] = len(self.begun)
        (self.finals if kind == "final" else self.partials).append(new)
        self.end(self.schedule.add(new))

    def end(self, jobs: list[Job]) -> None:
        """Note that jobs have ended."""
        self.ended.update(job.job_id for job in jobs)

    def take(self, *, loaded: bool) -> None:
        """Have a free worker begin."""
        if len(self.running) == self.workers:
            return
        waited = self.schedule.finals
        for new in self.schedule.take(self.now, loaded=loaded):
            assert new.kind == "final" or (waited == 0 and not loaded)
            self.running.append(new)
            self.begun.append((self.now, new))

    def finish(self, *, crash: bool) -> None:
        """End what has run longest."""
        if not self.running:
            return
        old = self.running.pop(0)
        if not crash:
            self.schedule.done(old)
            self.end([old])
        elif not self.schedule.crashed(old):
            self.end([old])


CALLS = st.sampled_from("abcd")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("final"), CALLS),
        st.tuples(st.just("partial"), CALLS),
        st.tuples(st.just("watch"), CALLS),
        st.tuples(st.just("leave"), CALLS),
        st.tuples(st.just("take"), st.booleans()),
        st.tuples(st.just("done"), st.just(False)),
        st.tuples(st.just("crash"), st.just(True)),
        st.tuples(st.just("wait"), st.sampled_from([0.1, 0.5, 1.0])),
    ),
    max_size=80,
)


def play(steps: list[tuple[str, object]], workers: int) -> Story:
    story = Story(workers)
    for what, which in steps:
        if what in ("final", "partial"):
            story.add(str(which), "final" if what == "final" else "partial")
        elif what in ("watch", "leave"):
            story.end(story.schedule.watch(str(which), what == "watch"))
        elif what == "take":
            story.take(loaded=bool(which))
        elif what == "wait":
            assert isinstance(which, float)
            story.now = round(story.now + which, 1)
        else:
            story.finish(crash=bool(which))
    return story


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, workers=st.integers(1, 3))
def test_every_utterance_ends_exactly_once(steps: list[tuple[str, object]], workers: int) -> None:
    story = play(steps, workers)
    for call in "abcd":
        story.end(story.schedule.watch(call, False))
    while story.running or story.schedule.finals:
        story.take(loaded=False)
        story.finish(crash=False)
    assert story.ended == Counter(job.job_id for job in story.finals + story.partials)
    # and no final without having been tried
    assert {job.job_id for job in story.finals} <= {job.job_id for _, job in story.begun}


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, workers=st.integers(1, 3))
def test_while_a_call_waits_no_other_is_served_twice(
    steps: list[tuple[str, object]], workers: int
) -> None:
    story = play(steps, workers)
    while story.schedule.finals:
        story.take(loaded=False)
        story.finish(crash=False)
    order = [job for _, job in story.begun]
    for place, one in enumerate(order):
        if one.kind == "partial" or one.strikes:
            continue
        own = [p for p in range(place) if order[p].call_id == one.call_id]
        # since when its call has waited for this turn: its own last turn, or its coming
        since = max([story.came[one.job_id], *(p + 1 for p in own if order[p].kind == "final")])
        turns = Counter(other.call_id for other in order[since:place] if other.kind == "final")
        assert max(turns.values(), default=0) <= 1


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, workers=st.integers(1, 3))
def test_partials_of_a_call_come_one_a_second_the_latest(
    steps: list[tuple[str, object]], workers: int
) -> None:
    story = play(steps, workers)
    for call in "abcd":
        begun = [(at, job) for at, job in story.begun if job.kind == "partial"]
        begun = [(at, job) for at, job in begun if job.call_id == call]
        gaps = [later - earlier for (earlier, _), (later, _) in pairwise(begun)]
        # a call that is left and watched again begins anew
        if not any(what == "leave" and which == call for what, which in steps):
            assert all(gap >= PARTIAL_GAP_S - 1e-9 for gap in gaps)
        numbers = [job.job_id for _, job in begun]
        assert numbers == sorted(numbers)
        for at, one in begun:
            newer = [p for p in story.partials if p.call_id == call and p.at_s < at]
            assert one.job_id >= max((p.job_id for p in newer), default=0)
