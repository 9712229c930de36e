import pytest

from coaching.understanding import AGENT, CALLER, LABELS, Speaker, Understanding
from models.wording.cutting import Language

# none of these sentences is among the lines that the model was trained on (a test holds that)
HEARD: list[tuple[Language, Speaker, str, str]] = [
    ("en", "caller", "I'm sorry but that is just too expensive for us.", "objection_price"),
    ("en", "caller", "I would have to ask my wife about that first.", "objection_decider"),
    ("en", "caller", "Oh, just forget it, never mind.", "gives_up"),
    ("en", "caller", "nobody ever called me back and I waited four weeks", "objection_service"),
    ("en", "caller", "you will be hearing from my lawyer about this", "legal"),
    ("en", "agent", "I will call you back tomorrow before ten.", "promise"),
    ("en", "agent", "That is really not my department.", "evasion"),
    ("en", "agent", "I will send you a replacement straight away.", "solution"),
    ("zh", "caller", "这个价格也太贵了吧。", "objection_price"),
    ("zh", "caller", "我得先跟我老婆商量商量。", "objection_decider"),
    ("zh", "caller", "唉，算了算了，不弄了。", "gives_up"),
    ("zh", "caller", "等了四个星期，从来没人给我回电话。", "objection_service"),
    ("zh", "agent", "我明天十点之前给您回电话。", "promise"),
    ("zh", "agent", "非常理解您的心情，给您添麻烦了。", "empathy"),
]
NOT_HEARD: list[tuple[Language, Speaker, str, str]] = [
    ("en", "caller", "The price is fine, don't worry.", "objection_price"),
    ("en", "caller", "You nearly gave me a heart attack with that letter.", "danger"),
    ("en", "caller", "I'm really not angry with you.", "angry"),
    ("en", "caller", "My phone died on the way to work.", "danger"),
    ("zh", "caller", "我不是不想买，就是问问颜色。", "declines"),
    ("zh", "caller", "这个价格可以接受。", "objection_price"),
    ("zh", "caller", "我没有生你的气。", "angry"),
]


@pytest.fixture(scope="module")
def understandings() -> dict[Language, Understanding]:
    return {"en": Understanding("en"), "zh": Understanding("zh")}


@pytest.mark.parametrize(("language", "speaker", "text", "label"), HEARD)
def test_a_paraphrase_is_heard_and_can_be_quoted(
    understandings: dict[Language, Understanding],
    language: Language,
    speaker: Speaker,
    text: str,
    label: str,
) -> None:
    understanding = understandings[language]
    assert label in understanding.heard(text, speaker)
    (span,) = understanding.spans(text, label)
    assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
    assert span.share > 0


@pytest.mark.parametrize(("language", "speaker", "text", "label"), NOT_HEARD)
def test_a_hard_negative_is_not_heard(
    understandings: dict[Language, Understanding],
    language: Language,
    speaker: Speaker,
    text: str,
    label: str,
) -> None:
    assert label not in understandings[language].heard(text, speaker)


def test_these_sentences_are_no_training_lines() -> None:
    from models.recipes.wording.lines import read
    from models.wording.passages import tokens_of

    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        known = {
            tuple(token.surface for token in tokens_of(line.text, language))
            for line in read(language)
        }
        for other, _, text, _ in [*HEARD, *NOT_HEARD]:
            if other == language:
                assert tuple(t.surface for t in tokens_of(text, language)) not in known, text


def test_the_same_text_always_gets_the_same_answer(
    understandings: dict[Language, Understanding],
) -> None:
    text = "I've told you three times, I can't pay that much, and I want your manager."
    first = understandings["en"].classes(text)
    assert Understanding("en").classes(text) == first
    assert set(first) == set(LABELS)
    assert all(0 <= score <= 1 for score in first.values())


def test_a_speaker_has_their_own_classes(understandings: dict[Language, Understanding]) -> None:
    text = "I will call you back tomorrow before ten."
    assert set(understandings["en"].classes(text, "caller")) == set(CALLER)
    assert set(understandings["en"].classes(text, "agent")) == set(AGENT)


def test_shares_of_the_words_sum_to_the_contributions(
    understandings: dict[Language, Understanding],
) -> None:
    from models.wording.model import WordingModel

    texts: list[tuple[Language, str]] = [
        ("en", "I don't believe that it works"),
        ("zh", "这个真的管用吗"),
    ]
    for language, text in texts:
        model = WordingModel.bundled(language)
        for label in ("objection_results", "angry"):
            words = understandings[language].words(text, label)
            wanted = model.read(text).contributions[:, LABELS.index(label)].sum()
            assert sum(word.share for word in words) == pytest.approx(wanted)
            assert [text[word.start : word.end] for word in words if language == "en"] == (
                text.split() if language == "en" else []
            )


def test_one_sentence_among_many_is_heard(understandings: dict[Language, Understanding]) -> None:
    text = (
        "We moved in last autumn and the box is in the hall. My number is still the same. "
        "Honestly, just forget it. The door is on the left."
    )
    assert "gives_up" in understandings["en"].heard(text, "caller")
    (span,) = understandings["en"].spans(text, "gives_up")
    assert "forget it" in text[span.start : span.end]


def test_no_words_no_classes(understandings: dict[Language, Understanding]) -> None:
    for text in ("", "  ", "?!"):
        assert set(understandings["en"].classes(text).values()) == {0.0}
        assert understandings["en"].heard(text, "caller") == {}
        assert understandings["en"].spans(text, "angry") == ()
        assert understandings["zh"].words(text, "angry") == []


def test_an_unknown_class_is_an_error(understandings: dict[Language, Understanding]) -> None:
    with pytest.raises(ValueError, match="happy"):
        understandings["en"].spans("hello", "happy")


def test_importing_it_loads_no_engine() -> None:
    import subprocess
    import sys

    code = "import coaching.understanding, sys; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
