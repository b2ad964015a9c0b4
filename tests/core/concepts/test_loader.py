"""The concepts' files: what they have to be like, and how a mistake in one is told."""

import re
from collections import Counter

import pytest

from podwatch.core.concepts import Concept, catalog, concept
from podwatch.core.concepts.examples import FACTS, examples
from podwatch.core.concepts.loader import concept_files
from podwatch.core.concepts.patterns import places
from podwatch.core.datafile import BrokenFile
from podwatch.core.states import Facet
from podwatch.scenarios import names
from tests.build import FACET, GOOD

# ── the catalogue's files ──


@pytest.fixture(params=concept_files())
def each(request: pytest.FixtureRequest) -> Concept:
    """Every concept in turn."""
    return catalog().by_id[request.param]


def texts(one: Concept) -> list[str]:
    """Everything of a concept that people read."""
    own = [
        one.title,
        one.summary,
        one.sentence,
        one.explanation,
        one.who,
        one.then,
        one.fact,
        one.often_read,
        one.in_fact,
    ]
    own += [entry.text for entry in one.entries]
    patterns = (*one.when, *one.demonstrates)
    return own + [text for when in patterns for text in (when.sentence, when.then)]


def test_what_follows_a_concept_exists(each: Concept) -> None:
    assert set(each.next) <= set(catalog().by_id)


def test_what_shows_a_concept_is_a_scenario() -> None:
    known = set(names())
    for one in catalog().by_id.values():
        assert set(one.shown_by) <= known, f"{one.id}.toml: `shown_by`"


def test_a_summary_is_one_line_of_at_most_100_columns(each: Concept) -> None:
    assert len(each.summary) <= 100
    assert "\n" not in each.summary
    assert each.summary[0].isupper()
    assert each.summary.endswith(".")


def test_a_sentence_begins_in_lower_case_and_ends_with_a_full_stop(each: Concept) -> None:
    own = [each.sentence, *(when.sentence for when in (*each.when, *each.demonstrates))]
    for sentence in filter(None, [*own, *(entry.text for entry in each.entries)]):
        assert sentence[0].islower() or sentence.startswith("{")
        assert sentence.endswith(".")
        assert len(sentence) <= 220


def test_what_comes_next_is_said_in_a_sentence(each: Concept) -> None:
    for then in filter(None, [each.then, *(when.then for when in each.when)]):
        assert then.endswith(".")
        assert then[0].islower() or then.startswith("{")


def test_an_explanation_has_one_to_four_short_paragraphs(each: Concept) -> None:
    paragraphs = each.explanation.split("\n\n")
    assert 1 <= len(paragraphs) <= 4
    assert all(len(paragraph) <= 500 for paragraph in paragraphs)


def test_every_place_and_every_test_names_a_known_fact(each: Concept) -> None:
    for text in [*texts(each), *each.try_]:
        assert set(places(text)) <= set(FACTS)
        assert "{" not in re.sub(r"\{[a-z_]+\.[a-z_]+\}", "", text)
    for when in (*each.when, *each.demonstrates):
        assert {name for name, _, _ in when.tests} <= set(FACTS)


def test_no_pattern_explains_everything(each: Concept) -> None:
    for when in (*each.when, *each.demonstrates):
        names = {name for name, _, _ in when.tests}
        assert "notice.reason" in names or names > {"transition.facet"}


def test_a_pattern_names_each_value_that_exists(each: Concept) -> None:
    for when in each.when:
        for name, values, _ in when.tests:
            if name == "transition.facet":
                assert set(values) <= {str(facet) for facet in Facet}


def test_commands_only_look(each: Concept) -> None:
    for command in each.try_:
        assert re.match(
            r"kubectl (get|events|logs|rollout (status|history)) |podwatch explain ", command
        )
        assert "'" not in command
        assert '"' not in command


def test_docs_is_a_page_of_the_kubernetes_documentation(each: Concept) -> None:
    assert re.fullmatch(r"https://kubernetes\.io/docs/[a-z/-]+/(#[a-z-]+)?", each.docs)


def test_every_concept_is_unlike_the_others() -> None:
    for part in ("title", "summary", "sentence"):
        values = Counter(getattr(one, part) for one in catalog().by_id.values())
        assert [value for value, times in values.items() if value and times > 1] == [], part


# ── broken files ──

ENTRY = '[[entries]]\nterm = "Odd"\ntext = "it is odd."\nkind = "event"\n'

BROKEN = {
    "not TOML": ("title = ", "is not TOML"),
    "a missing key": (FACET, "no `title`: add title"),
    "a demonstration without a sentence": (
        GOOD + FACET.replace("when", "demonstrates"),
        "needs a sentence",
    ),
    "a demonstration of everything": (
        GOOD + "[demonstrates]\nsentence = 'a.'",
        "an empty `demonstrates`",
    ),
    "a pattern without a sentence": (
        GOOD.replace('sentence = "it happened."', "") + FACET,
        "no `sentence`",
    ),
    "an entry that is a text": ('entries = "x"' + GOOD, "written [[entries]]"),
    "an entry without a text": (GOOD + '[[entries]]\nterm = "X"', "`term`, `text` and `kind`"),
    "an entry with more": (GOOD + ENTRY.replace("text", "tekst"), "`term`, `text` and `kind`"),
    "an entry of no kind": (GOOD + ENTRY.replace('"event"', '"news"'), 'entry "Odd" is one of'),
    "an entry about everything": (GOOD + ENTRY.replace("Odd", "*"), "without a `term`"),
    "an empty list of patterns": ("when = []\n" + GOOD, "no pattern"),
    "a pattern that is a text": ('when = "phase"\n' + GOOD, "written [when]"),
    "an empty pattern": (GOOD + "[when]", "would hold for everything"),
    "a key that no concept has": (
        'tilte = "T"' + GOOD + FACET,
        "`tilte` is not a key of a concept: did you mean `title`?",
    ),
    "a text that is a number": (GOOD.replace('"T"', "1") + FACET, "`title` has to be a text"),
    "a list of numbers": ("next = [1]" + GOOD + FACET, "`next` has to be a list of texts"),
    "a list that is a text": ('try = "ls"' + GOOD + FACET, "`try` has to be a list of texts"),
    "a weight that there is not": ('weight = "heavy"' + GOOD + FACET, "`weight` is one of"),
    "a fact without its group": (GOOD + '[when]\nfacet = "phase"', "`when.facet` needs a fact"),
    "a fact that is a date": (GOOD + "[when]\npod.name = 2026-03-05", "`pod.name` has to be"),
    "a fact with no values": (GOOD + "[when]\npod.name = []", "`pod.name` has to be"),
    "an unknown operator": (GOOD + FACET + 'pod.name.like = "a"', "`pod.name` can only have"),
    "a sentence that is a number": (GOOD + FACET + "sentence = 1", "`sentence` of `when`"),
    "neither a facet nor an Event": (GOOD + '[when]\npod.phase = "Failed"', "notice.reason"),
    "every facet but one": (GOOD + '[when]\ntransition.facet.not = "phase"', "transition.facet"),
    "all facets": (GOOD + '[when]\ntransition.facet = "*"', "transition.facet"),
    "all but one Event": (GOOD + '[when]\nnotice.reason.not = "Pulled"', "notice.reason"),
    "an Event in a transition": (GOOD + FACET + 'notice.reason = "Pulled"', "notice.reason"),
}


EXAMPLE = '\n[[example]]\ntransition.facet = "phase"\n'
BROKEN_EXAMPLES = {
    "a list": (EXAMPLE + 'pod.phase = ["A", "B"]', 14, "`pod.phase` has to be a fact with one"),
    "not": (EXAMPLE + 'pod.phase.not = "A"', 14, "`pod.phase` has to be a fact with one"),
    "an unknown fact": (EXAMPLE + 'pod.face = "A"', 14, "`pod.face` has to be a fact with one"),
    "an empty one": ("\n[[example]]\nsentence = 'a.'", 12, "an empty `example`"),
    "a text that is a number": (EXAMPLE + "then = 1", 14, "`then` of `example` has to be a text"),
    "a pattern after it": (EXAMPLE + "[[when]]", 14, "only [[example]]s can follow"),
    "TOML itself": (EXAMPLE + "oh no", 14, "is not TOML"),
}


@pytest.mark.parametrize(("toml", "line", "says"), BROKEN_EXAMPLES.values(), ids=BROKEN_EXAMPLES)
def test_a_broken_example_is_named_with_its_line(toml: str, line: int, says: str) -> None:
    with pytest.raises(BrokenFile, match=rf"some-id\.toml.*\bline {line}\b") as caught:
        examples("some-id", GOOD + FACET + "[[entries]]\n" + toml)
    assert says in str(caught.value)


def test_examples_come_last() -> None:
    with pytest.raises(BrokenFile, match="examples come last, each written"):
        concept("some-id", GOOD + FACET + EXAMPLE.replace("[[example]]", "[[ example ]]"))


@pytest.mark.parametrize(("toml", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_named_with_what_to_mend(toml: str, says: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        concept("some-id", toml)
    assert str(caught.value).startswith("some-id.toml")
    assert says in str(caught.value)


PLACES = {
    "a key": (GOOD + 'docs_page = "x"', 8),
    "a text": (GOOD.replace('"Why."', "1"), 5),
    "a fact of the second pattern": (
        f"{GOOD}\n[{FACET.strip()}\n\n[{FACET}pod.name.like = 'a'\n".replace("[when]", "[when]]"),
        14,
    ),
    "the second entry": (f"{GOOD}{ENTRY}{ENTRY.replace('event', 'news')}", 15),
    "TOML itself": (GOOD + "oh no", 8),
}


@pytest.mark.parametrize(("toml", "number"), PLACES.values(), ids=PLACES.keys())
def test_the_line_of_a_mistake_is_named(toml: str, number: int) -> None:
    with pytest.raises(BrokenFile, match=rf"some-id\.toml.*\bline {number}\b"):
        concept("some-id", toml)
