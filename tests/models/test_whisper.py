from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from typing import Any

import faster_whisper
import numpy as np
import pytest

from models import catalog, manifest, short_window, whisper
from models.errors import ModelError
from models.transcriber import RATE, Samples
from models.whisper import WhisperTranscriber
from tests.models import tiny
from tests.models.conftest import WORDS, Speech


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Length in seconds of each window that reaches the encoder."""
    seen: list[float] = []
    encode = faster_whisper.WhisperModel.encode

    def spy(self: Any, features: Any) -> Any:
        seen.append(features.shape[-1] / 100)
        return encode(self, features)

    monkeypatch.setattr(faster_whisper.WhisperModel, "encode", spy)
    return seen


def load(folder: Path, *, short_windows: bool = True) -> WhisperTranscriber:
    nowhere = catalog.Places(fetched=folder / "-", cache=folder / "-", bundle=folder / "-")
    model = catalog.find(str(folder), nowhere)
    return whisper.load(model, "cpu", short_windows=short_windows)


def test_words_come_with_the_times_at_which_the_model_looked(
    greeter: WhisperTranscriber, speech: Speech
) -> None:
    transcript = greeter.transcribe(speech(3.2), "en")
    assert transcript.text == "good afternoon this is Anna."
    assert [word.text for word in transcript.words] == [word.strip() for word in WORDS]
    for place, word in enumerate(transcript.words):
        # an alignment leaves no frame out, but nobody speaks before there is speech
        start_s = (place + 1) * tiny.SLOT_S if place else 0
        assert word.start_s == pytest.approx(start_s, abs=0.1)
        assert word.end_s == pytest.approx((place + 2) * tiny.SLOT_S, abs=0.05)
        assert word.probability > 0.99
    assert transcript.language == "en"


def test_no_word_begins_before_there_is_speech(greeter: WhisperTranscriber, speech: Speech) -> None:
    late = np.concatenate([np.zeros(round(0.8 * RATE), np.float32), speech(2.4)])
    words = greeter.transcribe(late, "en").words
    assert words[0].start_s == pytest.approx(0.8, abs=0.1)
    assert words[1].end_s == pytest.approx(3 * tiny.SLOT_S, abs=0.05)


def test_mandarin_comes_character_by_character(tmp_path: Path, speech: Speech) -> None:
    model = load(tiny.build(tmp_path / "zh", list("您好谢谢")))
    transcript = model.transcribe(speech(3.0), "zh")
    assert transcript.text == "您好谢谢"
    assert [word.text for word in transcript.words] == list("您好谢谢")


def test_times_never_leave_the_utterance(greeter: WhisperTranscriber, speech: Speech) -> None:
    # the model looks at 2.5 to 3.0 s for its last word, and there are only 1.2 s
    words = greeter.transcribe(speech(1.2), "en").words
    edges = [edge for word in words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert words
    assert edges[-1] <= 1.2


@pytest.mark.parametrize(("seconds", "window"), [(0.8, 5), (4.0, 5), (4.1, 10), (9.0, 10)])
def test_the_encoder_runs_on_the_window_that_the_utterance_needs(
    greeter: WhisperTranscriber, speech: Speech, windows: list[float], seconds: float, window: float
) -> None:
    transcript = greeter.transcribe(speech(seconds), "en")
    assert windows == [window]
    assert transcript.window_s == window
    assert not transcript.retried


def test_without_short_windows_it_runs_on_30_s(
    folder: Path, speech: Speech, windows: list[float]
) -> None:
    model = load(folder, short_windows=False)
    windows.clear()
    assert model.transcribe(speech(3.0), "en").text == "good afternoon this is Anna."
    assert windows == [30]


def test_what_sounds_wrong_is_heard_once_more_in_30_s(
    tmp_path: Path, speech: Speech, windows: list[float]
) -> None:
    model = load(tiny.build(tmp_path / "unsure", WORDS, sureness=1.2))
    windows.clear()
    transcript = model.transcribe(speech(3.0), "en")
    assert windows == [5, 30]
    assert transcript.retried
    assert transcript.window_s in {5, 30}
    assert transcript.text == "good afternoon this is Anna."


def test_a_loop_is_no_transcript(tmp_path: Path, speech: Speech, windows: list[float]) -> None:
    model = load(tiny.build(tmp_path / "loop", [" thanks"] * 40))
    windows.clear()
    transcript = model.transcribe(speech(3.0), "en")
    assert windows == [5, 30]
    assert transcript.words == ()
    assert transcript.text == ""


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(3 * RATE),
        np.random.default_rng(1).normal(0, 0.03, 3 * RATE),
        0.3 * np.sin(2 * np.pi * 440 * np.arange(3 * RATE) / RATE),
        np.zeros(RATE // 20),
        np.zeros(0),
    ],
    ids=["silence", "noise", "tone", "50 ms", "nothing"],
)
def test_where_nobody_speaks_the_model_is_not_asked(
    greeter: WhisperTranscriber, windows: list[float], sound: Samples
) -> None:
    transcript = greeter.transcribe(sound.astype(np.float32), "en")
    assert (transcript.words, transcript.text, windows) == ((), "", [])


def test_the_same_sound_gives_the_same_words_whatever_came_before(
    folder: Path, greeter: WhisperTranscriber, speech: Speech
) -> None:
    short = greeter.transcribe(speech(2.0), "en")
    greeter.transcribe(speech(9.0), "en")  # another window
    greeter.detect(speech(3.0))
    greeter.transcribe(speech(2.0), "en", hotwords="Anna")  # another prompt
    assert greeter.transcribe(speech(2.0), "en") == short
    assert load(folder) is greeter


def test_a_small_model_is_kept_within_its_positions(tmp_path: Path, speech: Speech) -> None:
    # it would go on beyond its 48 positions, and faster-whisper would pad to 30 s
    small = load(
        tiny.build(tmp_path / "small", [f" w{i}" for i in range(44)], window_s=10.0, positions=48)
    )
    assert small.longest_s == 10
    assert 10 < len(small.transcribe(speech(9.0), "en").words) < 44
    assert 1 < len(small.transcribe(speech(9.0), "en", hotwords="x" * 99).words) < 44
    with pytest.raises(ValueError, match=r"10\.5 s is too long"):
        small.transcribe(np.zeros(round(10.5 * RATE), np.float32), "en")


def test_hotwords_reach_the_prompt(greeter: WhisperTranscriber, speech: Speech) -> None:
    # this model says the word of each position, so a prompt longer by 3 skips 3 words
    transcript = greeter.transcribe(speech(3.0), "en", hotwords="a")
    assert transcript.text == "is Anna."


def test_language_is_one_of_ours(greeter: WhisperTranscriber, speech: Speech) -> None:
    # the model takes it for another language, then for Mandarin (e^0.79 times as likely as English)
    language, probability = greeter.detect(speech(3.0))
    assert language == "zh"
    assert probability == pytest.approx(1 / (1 + np.exp(-0.1 * 7.94)), abs=0.02)
    assert greeter.transcribe(speech(3.0), None).language == "zh"


def test_an_english_model_says_that_it_knows_no_mandarin(tmp_path: Path, speech: Speech) -> None:
    model = load(tiny.build(tmp_path / "english", WORDS, english_only=True))
    assert model.languages == ("en",)
    assert model.detect(speech(2.0)) == ("en", 1.0)
    with pytest.raises(ModelError, match="knows no 'zh'"):
        model.transcribe(speech(2.0), "zh")


def test_words_survive_an_attention_that_gives_no_times(tmp_path: Path, speech: Speech) -> None:
    # so sharp that the silence gets exactly nothing of it: the times that CTranslate2 finds are no
    # numbers then, and faster-whisper would throw the words away
    model = load(tiny.build(tmp_path / "sharp", WORDS, sharpness=100.0, silent_slots=1))
    words = model.transcribe(speech(4.0), "en").words
    assert [word.text for word in words] == [word.strip() for word in WORDS]
    assert words[0].start_s < 0.1
    assert words[-1].end_s == pytest.approx(4.0, abs=0.02)
    assert all(word.end_s > word.start_s for word in words)


@pytest.mark.parametrize("samples", [np.zeros((2, 800), np.float32), np.zeros(800, np.float64)])
def test_samples_of_another_kind_are_refused(greeter: WhisperTranscriber, samples: Any) -> None:
    with pytest.raises(ValueError, match="samples must be float32"):
        greeter.transcribe(samples, "en")


def test_loaded_once_however_many_ask(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = copytree(folder, tmp_path / "shared")
    made: list[str] = []
    begin = short_window.ShortWindowModel.__init__

    def spy(self: Any, *args: Any, **options: Any) -> None:
        made.append(args[0])
        begin(self, *args, **options)

    monkeypatch.setattr(short_window.ShortWindowModel, "__init__", spy)
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: load(copied), range(8)))
    assert made == [str(copied)]
    assert len(set(map(id, models))) == 1


def test_it_is_primed_when_it_is_loaded(folder: Path, tmp_path: Path, windows: list[float]) -> None:
    load(copytree(folder, tmp_path / "primed"))
    assert windows == [30]


def test_loading_and_hearing_touch_no_network(
    folder: Path, tmp_path: Path, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    copied = copytree(folder, tmp_path / "offline")
    assert load(copied).transcribe(speech(2.0), "en").text
    (copied / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):  # faster-whisper would fetch one
        load(copied)


def test_the_engine_names_model_checksum_and_libraries(
    folder: Path, greeter: WhisperTranscriber, speech: Speech
) -> None:
    digest = manifest.seal(folder / "model.bin").sha256[:8]
    name, whisper_version, ctranslate2_version = greeter.engine.split(" ")
    assert name == f"greeter-{digest}"
    assert whisper_version == f"faster-whisper-{faster_whisper.__version__}"
    assert ctranslate2_version.startswith("ctranslate2-4.")
    assert greeter.transcribe(speech(2.0), "en").engine == greeter.engine


def test_a_broken_model_is_named(folder: Path, tmp_path: Path) -> None:
    copied = copytree(folder, tmp_path / "broken")
    (copied / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="broken: it cannot be loaded"):
        load(copied)
