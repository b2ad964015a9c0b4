"""The catalogue keeps its promises: what its files say, which concept is chosen, which texts."""

import re
import shlex

import pytest

from podwatch.core.concepts import Catalog, Concept, Entry, catalog, concept
from podwatch.core.concepts.examples import examples
from podwatch.core.concepts.facts import FACTS
from podwatch.core.concepts.loader import concept_files
from podwatch.core.concepts.patterns import BrokenFile, Facts, places
from podwatch.core.states import Facet
from podwatch.scenarios import names

# ── the catalogue's files ──


@pytest.fixture(params=concept_files())
def each(request: pytest.FixtureRequest) -> Concept:
    """Every concept in turn."""
    return catalog().by_id[request.param]


def texts(one: Concept) -> list[str]:
    """Everything of a concept that people read."""
    own = [one.title, one.summary, one.sentence, one.explanation, one.who, one.then, one.myth]
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


def test_what_comes_next_is_said_by_every_pattern(each: Concept) -> None:
    for when in each.when:
        then = when.then or each.then
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
        assert re.match(r"kubectl (get|describe|logs) ", command)
        assert "'" not in command
        assert '"' not in command


def test_docs_is_a_page_of_the_kubernetes_documentation(each: Concept) -> None:
    assert re.fullmatch(r"https://kubernetes\.io/docs/[a-z/-]+/(#[a-z-]+)?", each.docs)


def test_every_concept_is_unlike_the_others() -> None:
    for part in ("title", "summary", "sentence"):
        values = [value for one in catalog().by_id.values() if (value := getattr(one, part))]
        assert len(values) == len(set(values))


# ── broken files ──

GOOD = """
title = "T"
summary = "S."
sentence = "it happened."
explanation = "Why."
who = "the kubelet"
docs = "/docs/concepts/"
"""
FACET = '[when]\ntransition.facet = "phase"\n'
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


# ── choosing and filling ──


def small(*patterns: str, **extra: str) -> Catalog:
    """A catalogue of concepts a, b, …, each with one pattern."""
    head = GOOD + "".join(f"{key} = {value}\n" for key, value in extra.items())
    return Catalog(
        concept(chr(ord("a") + number), head + "[when]\n" + pattern)
        for number, pattern in enumerate(patterns)
    )


def chosen(concepts: Catalog, facts: Facts) -> str | None:
    """The id of the concept that explains."""
    concept = concepts.explain(facts).concept
    return concept.id if concept else None


def test_the_most_specific_concept_explains() -> None:
    concepts = small(
        'transition.facet = "phase"\ntransition.after = "Failed"',
        'transition.facet = "phase"\ntransition.after = "Failed"\ntransition.reason = "Evicted"',
        'transition.facet = "phase"\ntransition.after = "F*"\ntransition.reason = "E*"',
    )
    facts: Facts = {"transition.facet": "phase", "transition.after": "Failed"}
    assert chosen(concepts, facts) == "a"
    assert chosen(concepts, facts | {"transition.reason": "Evicted"}) == "b"
    assert chosen(concepts, facts | {"transition.reason": "Else"}) == "c"


def test_a_pattern_has_texts_of_its_own() -> None:
    concepts = small(
        FACET.removeprefix("[when]\n") + 'then = "more in {pod.name}."', then='"nothing."'
    )
    explained = concepts.explain({"transition.facet": "phase", "pod.name": "web"})
    assert explained.sentence == "it happened."
    assert explained.then == "more in web."


def test_a_place_without_a_fact_says_so() -> None:
    one = small(FACET.removeprefix("[when]\n") + 'sentence = "on {pod.node}."')
    assert one.explain({"transition.facet": "phase"}).sentence == "on (not known)."


def test_a_command_that_lacks_a_fact_is_left_out() -> None:
    tries = '["kubectl get nodes", "see {pod.node}"]'
    one = small(FACET.removeprefix("[when]\n"), **{"try": tries})
    assert one.explain({"transition.facet": "phase"}).try_ == ("kubectl get nodes",)
    with_node = one.explain({"transition.facet": "phase", "pod.node": "worker"})
    assert with_node.try_ == ("kubectl get nodes", "see worker")


ENDED: Facts = {
    "transition.facet": "container",
    "transition.after": "terminated",
    "transition.reason": "Completed",
    "transition.message": "lines: 1\nlines:  2\n",
}


def test_the_last_words_of_a_container_are_told() -> None:
    one = small('transition.facet = "container"\ntransition.after = "*"')
    assert one.explain(ENDED).sentence == 'it happened. It left the message "lines: 2".'

    others: list[Facts] = [{"transition.after": "waiting"}, {"transition.reason": "StartError"}]
    assert {one.explain(ENDED | other).sentence for other in others} == {"it happened."}


def test_they_are_not_told_twice() -> None:
    one = small(
        'transition.facet = "container"\ntransition.after = "*"\n'
        'sentence = "it said {transition.message}."'
    )
    assert one.explain(ENDED | {"transition.message": "bye"}).sentence == "it said bye."


def test_a_fact_that_looks_like_a_place_stays_as_it_is() -> None:
    one = small('notice.reason = "Odd"\nsentence = "says {notice.message}."')
    facts: Facts = {"notice.reason": "Odd", "notice.message": "{pod.name}", "pod.name": "web"}
    assert one.explain(facts).sentence == "says {pod.name}."


@pytest.mark.parametrize(
    "name", ["$(reboot)", "a; rm -rf /", "`id`", "it's", 'a "b"', "a\nb", "a && b", "*"]
)
def test_a_hostile_name_is_one_word_of_a_command(name: str) -> None:
    one = small(
        FACET.removeprefix("[when]\n"),
        **{"try": '["kubectl logs {pod.name} -c {container.name}"]'},
    )
    facts: Facts = {"transition.facet": "phase", "pod.name": name, "container.name": name}
    (command,) = one.explain(facts).try_
    assert shlex.split(command) == ["kubectl", "logs", name, "-c", name]


@pytest.mark.parametrize(
    ("group", "facts"),
    [
        ("transition", {"transition.facet": "container", "transition.after": "waiting"}),
        ("notice", {}),
    ],
)
def test_an_unknown_reason_is_said_to_be_unknown_and_shown_raw(group: str, facts: Facts) -> None:
    new: Facts = {f"{group}.reason": "BrandNew", f"{group}.message": "the moon is {full.moon}"}
    told = catalog().explain(facts | new)
    assert told.concept is None
    assert '"BrandNew"' in told.sentence
    assert "no lesson" in told.sentence
    assert told.sentence.endswith("Kubernetes says: the moon is {full.moon}")


def test_an_unknown_condition_is_said_to_be_unknown() -> None:
    facts: Facts = {"transition.facet": "condition", "transition.subject": "example.com/moon"}
    assert catalog().explain(facts).concept is None


# ── what a Pod demonstrates ──


def demonstrating(*patterns: str) -> Catalog:
    """Concepts a, b, … that a pattern demonstrates each (none if it is empty)."""
    return Catalog(
        concept(chr(ord("a") + number), GOOD + f"[demonstrates]\n{one}\n" if one else GOOD)
        for number, one in enumerate(patterns)
    )


ALONE = 'transition.facet = "existence"\nsentence = "{pod.name} is alone."'
TWO = 'transition.facet = "existence"\npod.containers.not = [0, 1]\nsentence = "two."'


def test_a_lesson_is_brought_up_where_a_pod_demonstrates_it() -> None:
    facts: Facts = {"transition.facet": "existence", "pod.name": "web", "pod.containers": 1}
    (aside,) = demonstrating(ALONE, TWO, "").explain(facts).asides
    assert (aside.concept.id, aside.sentence) == ("a", "web is alone.")


def test_the_more_specific_lesson_comes_first_and_each_once() -> None:
    facts: Facts = {"transition.facet": "existence", "pod.name": "web", "pod.containers": 2}
    lessons = demonstrating(ALONE, TWO)
    assert [aside.concept.id for aside in lessons.explain(facts).asides] == ["b", "a"]
    assert lessons.explain({"transition.facet": "phase"}).asides == ()


# ── terms ──


def lexicon() -> Catalog:
    """One concept with a pattern, and one that is there for its entries."""
    lesson = GOOD.replace('"T"', '"The Moon"')
    rows = [("OutOf*", "reason"), ("Odd", "event"), ("Even", "event"), ("Even", "reason")]
    entries = "".join(
        f'[[entries]]\nterm = "{term}"\ntext = "it is {kind} {term}."\nkind = "{kind}"\n'
        for term, kind in rows
    )
    return Catalog(
        [
            concept("a", GOOD + FACET + 'transition.reason = ["Boom", "Be*"]'),
            concept("moon", lesson + entries),
        ]
    )


@pytest.mark.parametrize(
    ("term", "found"),
    [
        pytest.param("moon", ("moon", None), id="an id"),
        pytest.param("the moon", ("moon", None), id="a title"),
        pytest.param("Odd", ("moon", "it is event Odd."), id="an entry"),
        pytest.param("odd", ("moon", "it is event Odd."), id="an entry in other letters"),
        pytest.param("OutOfcpu", ("moon", "it is reason OutOf*."), id="one of many alike"),
        pytest.param("Even", ("moon", "it is reason Even."), id="two kinds"),
        pytest.param("Boom", ("a", None), id="a pattern's reason"),
        pytest.param("boom", ("a", None), id="a pattern's reason in other letters"),
    ],
)
def test_a_term_is_found(term: str, found: tuple[str, str | None]) -> None:
    known = lexicon().look_up(term)
    assert known is not None
    assert (known[0].id, known[1] and known[1].text) == found


@pytest.mark.parametrize("term", ["", "Be", "Be*", "sun", "OutO", "it is odd."])
def test_other_terms_are_not(term: str) -> None:
    assert lexicon().look_up(term) is None


def test_all_terms_are_listed_once() -> None:
    assert lexicon().terms() == ["a", "moon", "T", "The Moon", "Even", "Odd", "OutOf*", "Boom"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        pytest.param(
            {"transition.facet": "phase", "transition.reason": "OutOfcpu"},
            "it is reason OutOf*.",
            id="a transition's reason",
        ),
        pytest.param(
            {"notice.reason": "Even", "notice.message": "two"},
            "it is event Even. Kubernetes says: two",
            id="an Event with a message",
        ),
        pytest.param(
            {"transition.facet": "phase", "transition.reason": "Odd"},
            'podwatch has no lesson for the reason "Odd".',
            id="not an Event's reason as a transition's",
        ),
    ],
)
def test_an_entry_explains_what_no_pattern_does(facts: Facts, says: str) -> None:
    assert lexicon().explain(facts).sentence == says


def test_a_reason_of_several_concepts_has_an_entry_to_be_found_by() -> None:
    of_reason: dict[str, set[str]] = {}
    for one in catalog().by_id.values():
        for reason in one.reasons:
            of_reason.setdefault(reason, set()).add(one.id)
    several = {reason for reason, ids in of_reason.items() if len(ids) > 1}
    assert {reason for reason in several if entry_of(reason) is None} == set()


def entry_of(term: str) -> Entry | None:
    """The entry that a term leads to."""
    found = catalog().look_up(term)
    return found[1] if found else None


def test_no_term_has_two_entries_of_a_kind() -> None:
    entries = [
        (entry.term, entry.kind) for one in catalog().by_id.values() for entry in one.entries
    ]
    assert len(entries) == len(set(entries))
