"""`podwatch class`: what is followed, what of the course is judged, which role is missing."""

from collections import Counter

import pytest

from podwatch.app.classroom import WhichClass, all_questions, class_, scopes, task
from podwatch.course import exercises
from podwatch.errors import ExitCode, PodwatchError
from tests.fake_api import FakeApi, access, listing, status


def test_each_kind_is_followed_once_for_the_whole_class() -> None:
    followed = scopes(WhichClass())
    assert {scope.namespace for scope in followed} == {""}
    assert max(Counter(scope.kind for scope in followed).values()) == 1
    labels = {scope.kind: scope.label_selector for scope in followed if scope.label_selector}
    assert labels == {"Namespace": "podwatch/learner"}
    assert scopes(WhichClass(selector="class=1"))[0].label_selector == "class=1"


def test_namespaces_that_are_named_need_no_list_of_namespaces() -> None:
    followed = scopes(WhichClass(namespaces=("anna", "ben")))
    assert "Namespace" not in {scope.kind for scope in followed}
    assert {scope.namespace for scope in followed if scope.kind == "Pod"} == {"anna", "ben"}


def test_of_other_config_maps_nothing_is_asked_for() -> None:
    for options in (WhichClass(), WhichClass(namespaces=("anna",))):
        (kept,) = (scope for scope in scopes(options) if scope.kind == "ConfigMap")
        assert kept.field_selector == "metadata.name=podwatch"
    assert "Secret" not in {scope.kind for scope in scopes(WhichClass())}


@pytest.mark.parametrize("name", [one.name for one in exercises()])
def test_every_exercise_can_be_judged_by_a_look(name: str) -> None:
    one = next(one for one in exercises() if one.name == name)
    assert len(task(one).required) == sum(bool(check.target) for check in one.checks)


def test_every_question_is_known_by_an_id_of_its_own() -> None:
    ids = Counter(one.id for one in all_questions())
    assert ids
    assert [id_ for id_, number in ids.items() if number > 1] == []


def test_who_may_not_list_namespaces_is_told_which_role_and_of_names(tmp_path: object) -> None:
    forbidden = status(403, "Forbidden", 'cannot list resource "namespaces"')
    others = {"/api/v1/namespaces": forbidden}
    with FakeApi([listing()], others=others) as api, pytest.raises(PodwatchError) as raised:
        class_(WhichClass(access=access(tmp_path, api.url)))  # type: ignore[arg-type]
    assert "who the learners are" in raised.value.message
    assert "docs/rbac/teacher.yaml" in raised.value.hint
    assert "-n anna,ben" in raised.value.hint
    assert raised.value.exit_code is ExitCode.UNAVAILABLE


def test_who_may_not_list_pods_everywhere_is_told_the_same(tmp_path: object) -> None:
    forbidden = status(403, "Forbidden", 'cannot list resource "pods"')
    with (
        FakeApi([listing()], others={"/api/v1/pods": forbidden}) as api,
        pytest.raises(PodwatchError) as raised,
    ):
        class_(WhichClass(access=access(tmp_path, api.url)))  # type: ignore[arg-type]
    assert "you may not list pods in the whole cluster" in raised.value.message
    assert "-n anna,ben" in raised.value.hint


def test_without_learners_it_says_how_to_make_them(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakeApi([listing()]) as api:
        class_(WhichClass(access=access(tmp_path, api.url)))  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert out == ""
    assert "learners.sh" in err


def test_a_selector_that_is_none_is_refused_before_a_cluster_is_asked() -> None:
    with pytest.raises(PodwatchError) as raised:
        class_(WhichClass(selector="a=b c"))
    assert "is not a label selector" in raised.value.message


def test_a_class_that_is_never_listed_whole_is_given_up(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podwatch.app.classroom.LISTED_WITHIN", 0.5)
    others = {"/api/v1/configmaps": status(500)}
    with FakeApi([listing()], others=others) as api, pytest.raises(PodwatchError) as raised:
        class_(WhichClass(access=access(tmp_path, api.url)))  # type: ignore[arg-type]
    assert "did not list all of it" in raised.value.message
    assert raised.value.exit_code is ExitCode.UNAVAILABLE
