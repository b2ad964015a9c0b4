"""Which objects of a manifest are judged, and why the others are not."""

import pytest

from podwatch.core.expectations import Target, manifest
from podwatch.core.expectations.expectation import NotJudged
from podwatch.core.expectations.manifest import GENERATED, HOOK, Manifest, chosen, chosen_lines
from podwatch.errors import PodwatchError
from tests.core.expectations.judging import word

WEB = Manifest(kind="Deployment", group="apps", name="web")
MIGRATE = Manifest(kind="Job", group="batch", name="migrate", hook="pre-install")


def test_what_has_pods_is_judged_in_its_own_namespace_or_in_the_one_that_is_named() -> None:
    own = Manifest(kind="Pod", name="db", namespace="data")
    targets, others = chosen([WEB, own], "shop")
    assert targets == [Target("Deployment", "shop", "web"), Target("Pod", "data", "db")]
    assert others == []


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (Manifest(kind="Service", name="web"), "it has no Pods"),
        (Manifest(kind="Ingress", group="networking.k8s.io", name="web"), "it has no Pods"),
        (Manifest(kind="CronJob", group="batch", name="web"), "it makes Jobs only when they are"),
        (Manifest(kind="Rollout", group="argoproj.io", name="web"), "does not follow this kind"),
        (Manifest(kind="Deployment", group="example.com", name="web"), "not follow this kind"),
        (Manifest(kind="ReplicationController", name="web"), "does not follow this kind"),
        (Manifest(kind="Gateway", group="gateway.networking.k8s.io", name="web"), "not follow"),
        (Manifest(kind="Job", group="batch", name="web-", generated=True), GENERATED),
        (Manifest(kind="Pod", name="web", hook="test"), HOOK),
    ],
    ids=lambda one: f"{one.kind}.{one.group}" if isinstance(one, Manifest) else "",
)
def test_what_is_not_judged_says_why(one: Manifest, why: str) -> None:
    targets, (other,) = chosen([one], "shop")
    assert targets == []
    assert why in other.why
    assert other.name.startswith(f"{one.resource}/web")


def test_a_hook_that_was_applied_as_any_other_object_is_judged() -> None:
    applied = Manifest(kind="Job", group="batch", name="migrate", hook="test", applied=True)
    assert chosen([MIGRATE, applied], "shop") == (
        [Target("Job", "shop", "migrate")],
        [NotJudged("job.batch/migrate", HOOK)],
    )


@pytest.mark.parametrize(
    "one",
    [
        Manifest(kind="Pod", name="deployment/web"),
        Manifest(kind="Pod", name="web\x1b[2J"),
        Manifest(kind="Pod", name="web", namespace="kube-system/pod"),
    ],
    ids=["a path", "an escape sequence", "a path as its namespace"],
)
def test_a_name_that_nothing_can_have_is_refused(one: Manifest) -> None:
    with pytest.raises(PodwatchError, match="not a valid name"):
        chosen([one], "shop")


def test_a_manifest_among_names_is_told_where_it_goes() -> None:
    with pytest.raises(PodwatchError) as caught:
        chosen_lines(["apiVersion: v1", "kind: Pod"], "shop")
    assert "-f -" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("ready", True),
        ("phase=Bound", True),
        ("jsonpath=.status.phase=Bound", True),
        ("succeeded", False),
        ("condition=Available", False),
        ("phase=Running", False),
        ("jsonpath=.status.readyReplicas=2", False),
        ("oom-killed", False),
    ],
)
def test_a_claim_is_not_judged_by_words_about_pods(text: str, judged: bool) -> None:
    claim = Manifest(kind="PersistentVolumeClaim", name="data")
    for targets, others in (
        chosen([claim, WEB], "shop", [word(text)]),
        chosen_lines(["persistentvolumeclaim/data", "deployment/web"], "shop", [word(text)]),
    ):
        assert len(targets) == 1 + judged
        assert [one.why for one in others] == [f'a claim can\'t be "{text}"'] * (not judged)


def test_what_kubectl_printed_names_its_skipped_kinds_as_it_did() -> None:
    lines = ["service/web", "deployment.apps/web created", "", "cronjob.batch/x", "data/secret/y"]
    targets, others = chosen_lines(lines, "shop")
    assert targets == [Target("Deployment", "shop", "web")]
    assert [str(one) for one in others] == ["service/web", "cronjob.batch/x", "data/secret/y"]
    assert others[1].why == manifest.why_not("CronJob.batch")
