"""Which concept is chosen, which texts it gives, and what a term leads to."""

import shlex
from collections import Counter

import pytest

from podwatch.core.concepts import Catalog, catalog, concept
from podwatch.core.concepts.concept import Entry
from podwatch.core.concepts.patterns import Facts
from tests.build import FACET, GOOD
from tests.cases import cases

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


SHOWS_NODE = 'transition.facet = "phase"\ntransition.after = "*"\nsentence = "on {pod.node}."'
LESS_SPECIFIC = 'transition.facet = "phase"\nsentence = "somewhere."'
PHASE: Facts = {"transition.facet": "phase", "transition.after": "Running"}


@cases(
    "facts says",
    {
        "absent": ({}, "somewhere."),
        "empty": ({"pod.node": ""}, "somewhere."),
        "there": ({"pod.node": "w1"}, "on w1."),
    },
)
def test_a_pattern_does_not_match_without_a_fact_that_its_sentence_shows(
    facts: Facts, says: str
) -> None:
    concepts = small(SHOWS_NODE, LESS_SPECIFIC)
    for _ in range(2):  # what was the answer for one Pod is not the one for another
        assert concepts.explain(PHASE | facts).sentence == says
        assert concepts.explain(PHASE | {"pod.node": "w2"}).sentence == "on w2."


def test_neither_does_one_that_falls_back_to_its_concepts_sentence() -> None:
    shows = GOOD.replace("it happened.", "on {pod.node}.") + FACET
    other = concept("other", GOOD + "[when]\n" + LESS_SPECIFIC)
    assert Catalog([concept("a", shows), other]).explain(PHASE).sentence == "somewhere."


def test_another_text_without_its_fact_is_left_out() -> None:
    places = {key: f'"{key} on {{pod.node}}"' for key in ("then", "fact")}
    head = GOOD.replace('"the kubelet"', '"who on {pod.node}"')
    head += "".join(f"{key} = {text}\n" for key, text in places.items())
    one = Catalog([concept("a", head + FACET)])
    said = one.explain({"transition.facet": "phase"})
    assert (said.sentence, said.then, said.who, said.fact) == ("it happened.", "", "", "T")
    said = one.explain({"transition.facet": "phase", "pod.node": "w"})
    assert (said.then, said.who, said.fact) == ("then on w", "who on w", "fact on w")


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
        FACET.removeprefix("[when]\n"), **{"try": '["kubectl logs {pod.name} -c {container.name}"]'}
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


def test_a_lesson_is_not_brought_up_without_the_facts_that_it_shows() -> None:
    assert demonstrating(ALONE).explain({"transition.facet": "existence"}).asides == ()


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


@cases(
    "facts says",
    {
        "a transition's reason": (
            {"transition.facet": "phase", "transition.reason": "OutOfcpu"},
            "it is reason OutOf*.",
        ),
        "an Event with a message": (
            {"notice.reason": "Even", "notice.message": "two"},
            "it is event Even. Kubernetes says: two",
        ),
        "not an Event's reason as a transition's": (
            {"transition.facet": "phase", "transition.reason": "Odd"},
            'podwatch has no lesson for the reason "Odd".',
        ),
    },
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
    entries = Counter((entry.term, entry.kind) for _, entry in catalog().entries)
    assert [entry for entry, times in entries.items() if times > 1] == []


def test_no_lesson_begins_with_a_name_that_a_card_would_capitalize() -> None:
    names = ("{pod.name}", "{container.name}", "{container.image}", "kubectl", "docker")
    lessons = [one.sentence for known in catalog().by_id.values() for one in known.demonstrates]
    assert lessons
    assert [one for one in lessons if one.startswith(names)] == []
