"""Keys pressed and opinions given, and the life of a card as it is told afterwards."""

from __future__ import annotations

import pytest

from coaching.advice import CueHeld, CueLeft, CueRaised, CueShown, CueWithheld
from coaching.session import Logged
from voice.events import Pressed

from .conftest import Site
from .stage import PATIENCE_S, FakeCall, FakeFloor

CARD = {
    "card_id": "withdrawal",
    "kind": "withdrawal",
    "priority": "normal",
    "why": "回答又短又慢，可能已经放弃",
    "say": "我不想让您没有结果就离开。\n现在怎么做，对您还有帮助？",
    "next": "先听，再给一个做得到的方案",
    "avoid": "不要急着结束",
}
LIFE = [
    Logged(1, CueRaised(at_s=9.5, known_at_s=10.0, cue_id="cue-1", **CARD)),  # type: ignore[arg-type]
    Logged(
        2, CueHeld(at_s=10.0, known_at_s=10.0, cue_id="cue-1", card_id="c", reason="agent_speaks")
    ),
    Logged(3, CueHeld(at_s=12.0, known_at_s=12.0, cue_id="cue-1", card_id="c", reason="gap")),
    Logged(4, CueShown(at_s=13.0, known_at_s=13.0, cue_id="cue-1", **CARD)),  # type: ignore[arg-type]
]
GOES = [
    Logged(5, Pressed(at_s=20.0, known_at_s=20.0, key="why", cue_id="cue-1")),
    Logged(
        6,
        CueLeft(at_s=38.0, known_at_s=38.0, cue_id="cue-1", card_id="c", reason="said", shown_s=13),
    ),
    Logged(7, CueRaised(at_s=50.0, known_at_s=51.0, cue_id="cue-2", **CARD)),  # type: ignore[arg-type]
    Logged(
        8, CueWithheld(at_s=51.0, known_at_s=51.0, cue_id="cue-2", card_id="c", reason="holdout")
    ),
    Logged(9, Pressed(at_s=60.0, known_at_s=60.0, key="help")),
]


@pytest.fixture(scope="module")
def coached(floor: FakeFloor) -> FakeCall:
    """A call that goes on, with a card on the screen."""
    call = floor.begin("coached")
    call.tell(LIFE)
    floor.store.writer().flush(PATIENCE_S)
    return call


@pytest.fixture(scope="module")
def over(floor: FakeFloor) -> str:
    """A call that is over, with two cards, one of which was shown."""
    call = floor.begin("over")
    call.tell([*LIFE, *GOES])
    floor.end(call)
    return call.call_id


def test_the_life_of_each_card(site: Site, over: str) -> None:
    feedback = {"cue_id": "cue-1", "verdict": "right", "comment": "说得好"}
    kept = site.client.post(f"/v1/calls/{over}/feedback", json=feedback)
    assert kept.status_code == 201
    first, second = site.client.get(f"/v1/calls/{over}/cues").json()
    assert first == {
        **CARD,
        "cue_id": "cue-1",
        "because_s": 9.5,
        "raised_at_s": 10.0,
        "held": [{"at_s": 10.0, "reason": "agent_speaks"}, {"at_s": 12.0, "reason": "gap"}],
        "shown_at_s": 13.0,
        "withheld": None,
        "left": {"at_s": 38.0, "reason": "said"},
        "pressed": [{"at_s": 20.0, "key": "why"}],
        "feedback": [kept.json()],
    }
    assert second["withheld"] == {"at_s": 51.0, "reason": "holdout"}
    assert (second["shown_at_s"], second["left"], second["feedback"]) == (None, None, [])


def test_opinions_are_kept_in_order(site: Site, over: str) -> None:
    path = f"/v1/calls/{over}/feedback"
    before = site.client.get(path).json()
    for verdict in ("wrong", "right"):
        told = site.client.post(path, json={"cue_id": "cue-2", "verdict": verdict}).json()
        assert (told["call_id"], told["comment"]) == (over, None)
        before.append(told)
    assert site.client.get(path).json() == before


@pytest.mark.parametrize(
    ("opinion", "status"),
    [
        ({"cue_id": "cue-9", "verdict": "right"}, 404),
        ({"cue_id": "cue-1", "verdict": "fine"}, 422),
        ({"cue_id": "cue-1"}, 422),
        ({"cue_id": "cue 1", "verdict": "right"}, 422),
        ({"cue_id": "cue-1", "verdict": "right", "comment": "x" * 2001}, 422),
        ({"cue_id": "cue-1", "verdict": "right", "comment": "a\0b"}, 422),
        ({"cue_id": "cue-1", "verdict": "right", "id": 1}, 422),
    ],
)
def test_opinions_that_mean_nothing(
    site: Site, over: str, opinion: dict[str, object], status: int
) -> None:
    assert site.client.post(f"/v1/calls/{over}/feedback", json=opinion).status_code == status


def test_a_key_reaches_its_call(site: Site, coached: FakeCall) -> None:
    coached.pressed.clear()
    answer = site.client.post("/v1/calls/coached/keys", json={"key": "why", "cue_id": "cue-1"})
    assert answer.status_code == 202
    assert answer.json() == {"key": "why", "cue_id": "cue-1"}
    assert site.client.post("/v1/calls/coached/keys", json={"key": "pause"}).status_code == 202
    assert coached.pressed == [("why", "cue-1"), ("pause", None)]
    assert site.client.get("/v1/calls/coached/feedback").json() == []


@pytest.mark.parametrize("cue_id", ["cue-1", None])
def test_wrong_is_an_opinion_too(site: Site, coached: FakeCall, cue_id: str | None) -> None:
    before = site.client.get("/v1/calls/coached/feedback").json()
    coached.pressed.clear()
    site.client.post("/v1/calls/coached/keys", json={"key": "wrong", "cue_id": cue_id})
    assert coached.pressed == [("wrong", cue_id)]
    (kept,) = site.client.get("/v1/calls/coached/feedback").json()[len(before) :]
    assert (kept["cue_id"], kept["verdict"]) == ("cue-1", "wrong")


def test_wrong_without_a_card_is_no_opinion(site: Site, floor: FakeFloor) -> None:
    call = floor.begin("plain")
    site.client.post("/v1/calls/plain/keys", json={"key": "wrong"})
    assert call.pressed == [("wrong", None)]
    assert site.client.get("/v1/calls/plain/feedback").json() == []


def test_no_key_in_a_call_that_is_over(site: Site, over: str) -> None:
    answer = site.client.post(f"/v1/calls/{over}/keys", json={"key": "help"})
    assert answer.status_code == 409
    assert answer.json() == {"detail": "call over is over"}
    assert site.client.post("/v1/calls/nobody/keys", json={"key": "help"}).status_code == 404


@pytest.mark.parametrize("key", [{}, {"key": "panic"}, {"key": "help", "call_id": "x"}, [], "help"])
def test_what_is_no_key(site: Site, coached: FakeCall, key: object) -> None:
    coached.pressed.clear()
    assert site.client.post("/v1/calls/coached/keys", json=key).status_code == 422
    assert coached.pressed == []
