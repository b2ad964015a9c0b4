"""Targets, words, budgets: what is understood, and what is said of the rest."""

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Target, grammar
from podwatch.errors import ExitCode, PodwatchError
from tests import build as pods
from tests.cases import cases
from tests.core.expectations.judging import word

CONCEPTS = catalog().by_id


def expected(*words: str, kind: str = "Pod", **rest: object) -> Expectations:
    made = {"targets": (Target(kind, "default", "web"),), "words": tuple(map(word, words))}
    return Expectations(**{**made, **rest})  # type: ignore[arg-type]


def refusal(action: object, *arguments: object) -> PodwatchError:
    with pytest.raises(PodwatchError) as caught:
        action(*arguments)  # type: ignore[operator]
    assert caught.value.exit_code == ExitCode.USAGE
    return caught.value


# ── targets ──


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("pod/web", "Pod"),
        ("pods/web", "Pod"),
        ("po/web", "Pod"),
        ("deployment.apps/web", "Deployment"),
        ("deploy/web", "Deployment"),
        ("replicaset.apps/web", "ReplicaSet"),
        ("statefulset.apps/web", "StatefulSet"),
        ("daemonset.apps/web", "DaemonSet"),
        ("job.batch/web", "Job"),
        ("Job/web", "Job"),
    ],
)
def test_targets_are_written_as_kubectl_prints_them(text: str, kind: str) -> None:
    assert grammar.wanted_target(text, "shop") == Target(kind, "shop", "web")


def test_a_target_can_name_its_namespace() -> None:
    assert grammar.wanted_target("shop/deploy/web", "other") == Target("Deployment", "shop", "web")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("service/web", "service is not a kind", id="a kind without Pods"),
        pytest.param("deploymnt/web", 'did you mean "deployment"', id="a typing error"),
        pytest.param("deployment.extensions/web", "not a kind", id="another group"),
        pytest.param("web", "write KIND/NAME", id="no kind"),
        pytest.param("k8s/web.yaml", "-f k8s/web.yaml", id="a file"),
        pytest.param("pod/", "write KIND/NAME", id="no name"),
        pytest.param("shop/pod/a/b", "write KIND/NAME", id="too many parts"),
        pytest.param("/pod/a", "write KIND/NAME", id="an empty namespace"),
        pytest.param("Shop/pod/a", "not a valid name for a namespace", id="no namespace's name"),
        pytest.param("pod/shop/a", "write the namespace first: shop/pod/a", id="the kind first"),
        pytest.param("shop/service/a", "service is not a kind", id="without Pods, in a namespace"),
        pytest.param("pod/Web", "is not a valid name for a Pod", id="a name that nothing can have"),
    ],
)
def test_what_is_no_target_is_refused(text: str, said: str) -> None:
    error = refusal(grammar.wanted_target, text, "")
    assert said in f"{error.message} {error.hint}"


# ── words ──


@pytest.mark.parametrize(
    ("text", "about", "name", "value"),
    [
        ("ready", "ready", "", ""),
        ("gone", "gone", "", ""),
        ("condition=Ready", "condition", "Ready", "true"),
        ("condition=Ready=False", "condition", "Ready", "false"),
        ("phase=running", "phase", "", "Running"),
        ("status=CrashLoopBackOff", "status", "", "CrashLoopBackOff"),
        ("crash-loop-back-off", "concept", "crash-loop-back-off", ""),
        ("concept=ready", "concept", "ready", ""),
    ],
)
def test_words_are_understood(text: str, about: str, name: str, value: str) -> None:
    made = word(text)
    assert (made.about, made.name, made.value) == (about, name, value)


def test_a_word_wins_over_a_concept_with_its_id() -> None:
    assert "ready" in CONCEPTS
    assert word("ready").about == "ready"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("redy", "ready", id="a typing error"),
        pytest.param("crash-loop", "crash-loop-back-off", id="half an id"),
        pytest.param("CrashLoopBackOff", "status=CrashLoopBackOff", id="a STATUS"),
        pytest.param("Running", "phase=Running", id="a phase"),
        pytest.param("phase=CrashLoopBackOff", "status=CrashLoopBackOff", id="no phase"),
        pytest.param("phase=Runing", "Running", id="almost a phase"),
        pytest.param("condition=", "condition=Ready", id="nothing after ="),
        pytest.param("concept=redy", "ready", id="almost a concept"),
        pytest.param("xyzzy", "podwatch explain", id="like no other"),
    ],
)
def test_an_unknown_word_gets_a_close_one(text: str, said: str) -> None:
    assert said in refusal(word, text).hint


def test_a_stage_with_a_typing_error_gets_the_right_one() -> None:
    assert 'did you mean "scheduled"' in refusal(grammar.budget, "schedule", 3.0).hint


def test_a_sequence_can_not_go_on_after_an_end() -> None:
    assert grammar.sequence("pending, Running") == ("Pending", "Running")
    assert "last phase" in refusal(grammar.sequence, "Failed,Running").message


# ── contradictions ──


@cases(
    "wanted said",
    {
        "two ends": (expected("succeeded", "failed"), "both be met"),
        "two phases": (expected("phase=Failed", "phase=Succeeded"), "two phases"),
        "for and never": (expected("ready", never=(word("ready"),)), "forbidden with --never"),
        "no target": (expected("ready", targets=()), "nothing to judge"),
    },
)
def test_what_contradicts_itself_is_refused(wanted: Expectations, said: str) -> None:
    assert said in refusal(grammar.check, wanted).message


def test_with_any_two_ends_are_no_contradiction() -> None:
    grammar.check(expected("succeeded", "failed", any_=True))


def test_jobs_are_expected_to_succeed_and_all_else_to_be_ready() -> None:
    nothing = expected()
    assert [one.text for one in nothing.words_for(Target("Job", "", "x"))] == ["succeeded"]
    assert [one.text for one in nothing.words_for(Target("Pod", "", "x"))] == ["ready"]


# ── jsonpath ──


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{.status.phase}", ["Running"]),
        (".status.phase", ["Running"]),
        ("status.containerStatuses[0].ready", ["true"]),
        (".status.containerStatuses[-1].name", ["app"]),
        (".status.containerStatuses[*].restartCount", ["0"]),
        ('.status.containerStatuses[?(@.name=="app")].ready', ["true"]),
        (".status.reason", []),
        (".kind", ["Pod"]),
        ('{.status.conditions[?(@.type=="Ready")].status}', ["True"]),
        (".metadata.labels.app\\.kubernetes\\.io/name", ["shop"]),
        (".status.containerStatuses[7].name", []),
    ],
)
def test_a_path_finds_what_kubectl_would(text: str, values: list[str]) -> None:
    web = pods.pod(
        pods.status(pods.running(), "A", ready=True),
        phase="Running",
        conditions=[pods.condition("Ready")],
        labels={"app.kubernetes.io/name": "shop"},
    )
    made = word(f"jsonpath={text}=x")
    assert made.path is not None
    assert made.value == "x"
    made.path.check("Pod")
    assert made.path.values_in(web) == values


def test_a_field_that_is_not_kept_is_refused_at_once() -> None:
    wanted = expected("jsonpath=.spec.containers[0].command=x")
    assert '".spec.containers.command"' in refusal(grammar.check, wanted).message


def test_what_is_no_path_is_refused() -> None:
    assert "write names" in refusal(word, "jsonpath=..a[=x").hint
