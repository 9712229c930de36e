import random
import re

import pytest

from models.recipes.sentences import KINDS, Sentences, expand, plain, split
from models.recipes.texts import (
    LANGUAGES,
    held_out,
    sample_texts,
    training_sentences,
)

MANY = 1500


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(language: str) -> list[str]:
    rng = random.Random(4)
    source = training_sentences(language)
    return [source.make(rng) for _ in range(MANY)]


def test_the_same_seed_says_the_same(language: str, made: list[str]) -> None:
    rng = random.Random(4)
    again = training_sentences(language)
    assert [again.make(rng) for _ in range(200)] == made[:200]


def test_texts_are_varied(made: list[str]) -> None:
    assert len(set(made)) > 0.9 * MANY


def test_no_sentence_that_is_measured_on_is_made(language: str, made: list[str]) -> None:
    measured = [*sample_texts(language), *held_out(language)]
    known = {plain(sentence, language) for text in measured for sentence in split(text)}
    assert len(known) > 100
    assert not [t for t in made if any(plain(s, language) in known for s in split(t))]


def test_a_forbidden_sentence_would_be_made_otherwise(language: str) -> None:
    # the check above can fail: what is forbidden is within reach of the generator
    free = Sentences(language)
    first = free.make(random.Random(8))
    bound = Sentences(language, forbidden=[first])
    assert bound.make(random.Random(8)) != first


def test_every_word_that_is_measured_on_is_heard_in_training(language: str) -> None:
    # half of the exchanged words come from there, so that a long run says each of them
    source, rng = training_sentences(language), random.Random(2)
    heard = {word for _ in range(12_000) for word in plain(source.make(rng), language).split()}
    wanted = {w for t in sample_texts(language) for w in plain(t, language).split()}
    assert wanted - heard == set()


def test_nothing_of_a_template_is_left(language: str, made: list[str]) -> None:
    marks = ".?!" if language == "en" else "。？！"
    for text in made:
        assert not re.search(r"[\[\]{}|\d]|  ", text), text
        assert text[-1] in marks, text


def test_held_out_sentences_are_sixty_and_in_no_bundled_call(language: str) -> None:
    unseen = held_out(language)
    assert len(set(unseen)) == 60
    said = [s for text in sample_texts(language) for s in split(text)]
    calls = {plain(sentence, language) for sentence in said}
    # a few stock phrases ("it is ... five digits") are in both; whole texts hardly are
    assert sum(plain(text, language) in calls for text in unseen) <= 3


def test_each_kind_of_text_is_made(language: str) -> None:
    source, rng = training_sentences(language), random.Random(1)
    for kind in KINDS:
        assert getattr(source, f"_{kind}")(rng)
    assert sum(KINDS.values()) == pytest.approx(1)


def test_a_template_is_filled_from_the_inside() -> None:
    rng = random.Random(0)
    slots = {"who": ["[you|they] {what}"], "what": ["call"]}
    assert {expand("[{who}|{who}].", slots, rng) for _ in range(20)} == {"you call.", "they call."}


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        expand("{nothing}", {}, random.Random(0))


def test_sentences_are_split_after_their_marks() -> None:
    assert split("Yes. Who? I see.") == ["Yes.", "Who?", "I see."]
    assert split("好的。谁？") == ["好的。", "谁？"]


def test_plain_words_have_no_marks_and_no_case() -> None:
    assert plain("It's OK, Anna?", "en") == "it's ok anna"
    assert plain("好的，谢谢。", "zh") == "好 的 谢 谢"
