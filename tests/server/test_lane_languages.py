"""Which language a channel is in."""

from __future__ import annotations

from server.lane.languages import Languages
from voice.events import Word, WordsFinal


def final(language: str, seconds: float, *, track: int = 0, said: bool = True) -> WordsFinal:
    word = Word(start_s=10.0, end_s=10.0 + seconds, text="x", probability=0.9)
    return WordsFinal(
        at_s=10.0 + seconds,
        known_at_s=12.0 + seconds,
        track=track,
        role="caller",
        utterance_id=f"{track}-1",
        start_s=10.0,
        words=(word,) if said else (),
        text="x" if said else "",
        language=language,
        engine="fake",
    )


def test_what_somebody_said_holds() -> None:
    languages = Languages("zh")
    languages.hear(final("en", 5.0))
    assert (languages.of(0), languages.of(1)) == ("zh", "zh")


def test_a_channel_is_in_the_language_of_most_of_its_first_3_s() -> None:
    languages = Languages(None)
    for language, seconds in (("en", 0.6), ("zh", 1.1), ("en", 0.6)):
        assert languages.of(0) is None
        languages.hear(final(language, seconds))
    languages.hear(final("zh", 0.8))
    assert languages.of(0) == "zh"
    languages.hear(final("en", 9.0))
    assert languages.of(0) == "zh"  # once is enough


def test_channels_are_told_apart() -> None:
    languages = Languages(None)
    languages.hear(final("zh", 4.0, track=1))
    assert (languages.of(0), languages.of(1)) == (None, "zh")


def test_an_utterance_without_words_has_no_language() -> None:
    languages = Languages(None)
    languages.hear(final("en", 8.0, said=False))
    assert languages.of(0) is None
