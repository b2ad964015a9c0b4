"""The exercises without a cluster: their files, and those of their proofs."""

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.app.exercise.objects import kinds
from podwatch.core.concepts import catalog
from podwatch.core.expectations import grammar
from podwatch.course import Exercise, exercise, exercises
from podwatch.errors import PodwatchError
from tests.kind.exercises import FOLDER, ROLE, names, proof

every_exercise = pytest.mark.parametrize("one", exercises(), ids=names())


def objects(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


@every_exercise
def test_its_manifests_begin_with_a_sentence_and_leave_the_namespace_open(one: Exercise) -> None:
    for path in (one.start, one.solution):
        assert path.read_text("utf-8").startswith("# ")
        assert all("namespace" not in object_["metadata"] for object_ in objects(path))


@every_exercise
def test_its_images_are_busybox(one: Exercise) -> None:
    images = re.findall(r"image: *(\S+)", one.solution.read_text("utf-8"))
    assert {image.rpartition("/")[2] for image in images} <= {"busybox:1.36"}


@every_exercise
def test_its_solution_is_not_what_it_begins_with(one: Exercise) -> None:
    assert objects(one.start) != objects(one.solution)


@every_exercise
def test_what_its_solution_removes_is_in_what_it_begins_with(one: Exercise) -> None:
    begun = {
        f"{object_['kind']}/{object_['metadata']['name']}".lower() for object_ in objects(one.start)
    }
    assert set(one.removes) <= begun


@every_exercise
def test_its_concepts_are_known(one: Exercise) -> None:
    assert set(one.concepts) <= set(catalog().by_id)


@every_exercise
def test_what_is_expected_is_written_as_podwatch_expect_takes_it(one: Exercise) -> None:
    for check in one.checks:
        if check.target and not check.target.startswith("-l "):
            assert grammar.wanted_target(check.target, "shop").name
        for word in filter(None, check.expect.split(",")):
            grammar.word(word.strip(), catalog().by_id)


@every_exercise
def test_its_texts_are_sentences(one: Exercise) -> None:
    for text in (one.task, one.right, *one.hints, *(check.still for check in one.checks)):
        assert text.strip()[-1] in ".?!", text


@every_exercise
def test_its_proof_can_be_run(one: Exercise) -> None:
    claimed = proof(one.name)
    for attempt in (*claimed.wrong, claimed.other):
        for line in attempt.kubectl:
            words = shlex.split(line)
            assert words[0] != "kubectl", "the lines leave out kubectl itself"
            assert not {"-n", "--namespace"} & set(words), "the namespace is added"
            for file in (after for word, after in pairwise(words) if word == "-f"):
                assert (FOLDER / one.name / file).is_file(), file


def test_a_learner_may_make_what_podwatch_removes_and_no_other_kind() -> None:
    role = yaml.safe_load(ROLE.read_text("utf-8"))
    writes = {
        resource
        for rule in role["rules"]
        if "create" in rule["verbs"]
        for resource in rule["resources"]
    }
    assert writes == {*(f"{kind}s" for kind in kinds()), "pods/exec"}


def test_every_proof_is_of_an_exercise() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(names())


def test_exercises_go_from_easy_to_hard() -> None:
    order = ["easy", "middle", "hard"]
    levels = [order.index(one.level) for one in exercises()]
    assert levels == sorted(levels)


def test_no_two_exercises_have_one_place() -> None:
    places = [one.place for one in exercises()]
    assert len(places) == len(set(places))


def test_an_unknown_exercise_is_met_with_the_one_that_was_meant() -> None:
    with pytest.raises(PodwatchError, match="cart-image"):
        exercise("cart-imag")


# ── the words, as a learner reads them ──


@every_exercise
def test_it_is_called_after_what_it_begins_with(one: Exercise) -> None:
    begun = {object_["metadata"]["name"] for object_ in objects(one.start)}
    assert any(one.name.startswith(f"{name}-") for name in begun)


@every_exercise
def test_what_the_solution_adds_is_said_by_nothing_but_the_last_hint(one: Exercise) -> None:
    added = words(one.solution) - words(one.start)
    given_away = added & plain(" ".join([one.title, one.task, *one.hints[:1]]))
    assert not given_away, "the task and the first hint say where to look, not what to change"


@every_exercise
def test_its_hints_are_three_or_more_and_begin_with_where_to_look(one: Exercise) -> None:
    assert any(re.search("kubectl|podwatch", hint) for hint in one.hints[:2])
    assert len(set(one.hints)) == len(one.hints) >= 3


@every_exercise
def test_what_check_says_of_it_does_not_say_how_to_mend_it(one: Exercise) -> None:
    added = words(one.solution) - words(one.start)
    for check in one.checks:
        assert not added & plain(check.still)


@every_exercise
def test_each_of_its_checks_says_something_else(one: Exercise) -> None:
    said = [check.still for check in one.checks]
    assert len(set(said)) == len(said)


@every_exercise
def test_its_proof_waits_for_what_one_of_its_checks_says(one: Exercise) -> None:
    said = " ".join(check.still for check in one.checks)
    claimed = proof(one.name)
    for first, *_ in (claimed.broken, *(attempt.says for attempt in claimed.wrong)):
        assert first in said


@every_exercise
def test_its_containers_ask_for_what_they_need(one: Exercise) -> None:
    for object_ in objects(one.solution):
        template = object_["spec"].get("template", object_) if "spec" in object_ else {}
        pod = template.get("spec", {})
        for container in (*pod.get("initContainers", ()), *pod.get("containers", ())):
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])


LONG = 4
"""So many characters has a word that can give something away."""


def words(path: Path) -> set[str]:
    """Of a manifest, without its comments."""
    lines = path.read_text("utf-8").splitlines()
    return plain("\n".join(line for line in lines if not line.startswith("#")))


def plain(text: str) -> set[str]:
    return {word for word in re.findall(r"[\w./:-]+", text) if len(word) >= LONG}
