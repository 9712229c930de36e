from __future__ import annotations

from threading import Event, Lock

from server.live.workers import Workers

PATIENCE_S = 20.0


class Turns:
    """Wants so many turns; notes when two threads have it at once."""

    def __init__(self, wanted: int) -> None:
        self.left = wanted
        self.alone = Lock()
        self.clashed = False
        self.done = Event()

    def work(self) -> bool:
        """Do a turn."""
        if not self.alone.acquire(blocking=False):
            self.clashed = True
            return False
        self.left -= 1
        more = self.left > 0
        if not more:
            self.done.set()
        self.alone.release()
        return more


def test_all_get_their_turns_and_nobody_is_worked_on_twice_at_once() -> None:
    workers = Workers(3)
    jobs = [Turns(50) for _ in range(20)]
    for job in jobs:
        workers.schedule(job)
    assert all(job.done.wait(PATIENCE_S) for job in jobs)
    assert not any(job.clashed for job in jobs)
    workers.close()
    assert workers.alive == 0


def test_one_with_much_to_do_does_not_keep_others_waiting() -> None:
    workers = Workers(1)
    order: list[str] = []
    done = Event()

    class Noting:
        def __init__(self, name: str, turns: int) -> None:
            self.name, self.turns = name, turns

        def work(self) -> bool:
            order.append(self.name)
            self.turns -= 1
            if self.name == "long" and not self.turns:
                done.set()
            return self.turns > 0

    class First:
        def work(self) -> bool:  # both are queued before either runs
            workers.schedule(Noting("long", 5))
            workers.schedule(Noting("short", 1))
            return False

    workers.schedule(First())
    assert done.wait(PATIENCE_S)
    workers.close()
    assert order.index("short") == 1
