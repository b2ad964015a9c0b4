"""`podwatch explain deploy/NAME` and so on: a workload with its Pods."""

import json
from pathlib import Path
from typing import Any

from podwatch.scenarios import scenario
from tests.cases import cases
from tests.command import called, completed
from tests.fake_api import FakeApi, Reply, kubeconfig, listing

QUOTA = str(scenario("quota").recording)
JOB = str(scenario("job-backoff-limit").recording)


def owned(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}]


def meta(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "namespace": "shop", "uid": f"uid-{name}", **fields}


DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": meta("web"),
    "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}},
    "status": {"readyReplicas": 1},
}
REPLICA_SET = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": meta("web-1", ownerReferences=owned("Deployment", "web")),
}


def pod(name: str, exit_code: int | None) -> dict[str, Any]:
    """A Pod of the ReplicaSet that runs, or whose container ended so."""
    state: dict[str, Any] = {"running": {}}
    if exit_code is not None:
        state = {"terminated": {"exitCode": exit_code, "reason": "Error"}}
    ready = exit_code is None
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta(name, ownerReferences=owned("ReplicaSet", "web-1")),
        "spec": {"nodeName": "worker", "containers": [{"name": "app", "image": "busybox:1.36"}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": str(ready)}],
            "containerStatuses": [{"name": "app", "ready": ready, "state": state}],
        },
    }


PODS = [pod("web-a", 127), pod("web-b", None), pod("web-c", 127)]


def written(folder: Path, *values: object) -> str:
    path = folder / "all.json"
    path.write_text("\n".join(map(json.dumps, values)), "utf-8")
    return str(path)


def lists(*of: str) -> dict[str, Reply]:
    objects = {"replicasets": [REPLICA_SET], "pods": PODS, "deployments": [DEPLOYMENT]}
    group = {"pods": "/api/v1", "events": "/api/v1"}
    return {
        f"{group.get(plural, '/apis/apps/v1')}/namespaces/shop/{plural}": listing(
            *objects.get(plural, [])
        )
        for plural in of
    }


WEB = "/apis/apps/v1/namespaces/shop/deployments/web"


def test_the_Pods_of_a_live_Deployment_are_explained(tmp_path: Path) -> None:
    answer = Reply([json.dumps(DEPLOYMENT).encode()])
    others = {WEB: answer, **lists("replicasets", "pods", "events")}
    with FakeApi(others=others) as api:
        config = kubeconfig(tmp_path, api.url)
        done = called("explain", "deploy/web", "--kubeconfig", config)
        asked = [request.query for request in api.requests if request.path.endswith("shop/pods")]
    assert done.returncode == 0, done.stderr
    assert "Deployment web" in done.stdout
    assert "1 of 3 Pods ready" in done.stdout
    assert "2 Pods (web-a, web-c), all of them: " in done.stdout
    assert "exit code 127" in done.stdout
    assert "1 Pod (web-b): nothing wrong" in done.stdout
    assert asked[0]["labelSelector"] == "app=web"


def test_one_that_there_is_not_is_named_with_what_was_meant(tmp_path: Path) -> None:
    with FakeApi(others=lists("deployments")) as api:
        config = kubeconfig(tmp_path, api.url)
        done = called("explain", "deployments.apps/wep", "--kubeconfig", config)
    assert done.returncode == 1
    assert 'there is no Deployment "wep" in namespace "shop"' in done.stderr
    assert 'did you mean "web"' in done.stderr


@cases("words", {"with a slash": ["deployment/web"], "as two words, as kubectl": ["deploy", "web"]})
def test_a_Deployment_is_found_in_a_file(tmp_path: Path, words: list[str]) -> None:
    file = written(tmp_path, DEPLOYMENT, REPLICA_SET, *PODS)
    said = called("explain", *words, "-f", file).stdout
    assert "2 Pods (web-a, web-c)" in said


def test_its_Pods_are_enough_if_it_is_not_in_the_file(tmp_path: Path) -> None:
    said = called("explain", "rs/web-1", "-f", written(tmp_path, *PODS)).stdout
    assert "The ReplicaSet itself is not known here" in said
    assert "2 Pods (web-a, web-c)" in said


def test_why_there_are_no_Pods_is_said_by_the_workload_itself() -> None:
    said = called("explain", "rs/web-7b8988fb6b", "--recording", QUOTA).stdout
    assert "0 of 2 Pods ready" in said
    assert "quota one-pod is used up" in said


def test_json_has_a_line_of_the_workload_and_one_of_each_Pod() -> None:
    done = called("explain", "job/stubborn", "--recording", JOB, "-o", "json")
    first, *pods = map(json.loads, done.stdout.splitlines())
    assert (first["kind"], first["of"], first["name"]) == ("workload", "Job", "stubborn")
    assert any("BackoffLimitExceeded" in one for one in first["sentences"])
    assert [one["kind"] for one in pods] == ["explained", "explained"]
    assert sorted(name for cause in first["causes"] for name in cause["pods"]) == sorted(
        one["name"] for one in pods
    )


@cases(
    "arguments code words",
    {
        "not in the recording": (["ds/web", "--recording", QUOTA], 1, 'no DaemonSet "web"'),
        "an impossible name": (["deploy/Web"], 2, "is not a valid name for a Deployment"),
        "no cluster": (["cronjob", "nightly-3x"], 5, "no kubeconfig"),
        "no file": (["sts/db", "-f", "nosuch"], 6, "can't be read"),
    },
)
def test_what_can_not_be_done_is_said(arguments: list[str], code: int, words: str) -> None:
    done = called("explain", *arguments)
    assert (done.returncode, words in " ".join(done.stderr.split())) == (code, True), done.stderr


@cases(
    "words meant",
    {
        "a word of the subject": (["pod", "pending"], "(unschedulable)"),
        "an event": (["job", "failed"], "(job-failed)"),
        "no kind": (["service", "account"], "(service-account)"),
    },
)
def test_two_words_that_are_known_are_no_name(words: list[str], meant: str) -> None:
    assert meant in called("explain", *words).stdout


def test_the_names_of_a_kind_are_completed(tmp_path: Path) -> None:
    with FakeApi(others=lists("deployments")) as api:
        line = f"podwatch explain --kubeconfig {kubeconfig(tmp_path, api.url)} deploy"
        assert completed(f"{line}/w") == ["deploy/web"]
        assert completed(f"{line} w") == ["web"]


def refused(of: dict[str, Any], message: str) -> dict[str, Any]:
    """The Event by which a controller says that it could not make a Pod."""
    about = {"kind": of["kind"], "namespace": "shop", "name": of["metadata"]["name"]}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": meta("refused"),
        "type": "Warning",
        "reason": "FailedCreate",
        "message": message,
        "involvedObject": about | {"uid": of["metadata"]["uid"]},
    }


def test_a_file_without_Pods_tells_why_its_workload_has_none(tmp_path: Path) -> None:
    one = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": meta("db"),
        "spec": {"replicas": 2},
        "status": {"replicas": 0},
    }
    message = 'create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: error '
    message += 'looking up service account shop/runner: serviceaccount "runner" not found'
    done = called("explain", "-f", written(tmp_path, one, refused(one, message)))
    out = " ".join(done.stdout.split())
    assert "StatefulSet db" in out
    assert "ServiceAccount runner does not exist" in out
    assert "who whoever creates the ServiceAccount" in out
    assert "fix Create the ServiceAccount" in out


def test_a_file_without_Pods_whose_workload_says_nothing_asks_for_the_Pods(tmp_path: Path) -> None:
    done = called("explain", "-f", written(tmp_path, REPLICA_SET))
    assert "give the Pods that it makes" in done.stderr


def test_a_Job_that_Kueue_holds_is_not_to_be_resumed_by_hand(tmp_path: Path) -> None:
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta("etl", labels={"kueue.x-k8s.io/queue-name": "team-a"}),
        "spec": {"suspend": True},
    }
    done = called("explain", "-f", written(tmp_path, job))
    out = " ".join(done.stdout.split())
    assert "Kueue holds it in the queue team-a" in out
    assert "runs the queue" in out
    assert "kubectl patch" not in out


def told_of(kind: str, name: str, reason: str, message: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": meta(f"{name}.{reason}"),
        "involvedObject": {"kind": kind, "name": name, "namespace": "shop"},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "lastTimestamp": "2026-01-10T10:00:00Z",
    }


def nightly(**spec: Any) -> dict[str, Any]:
    given = {"schedule": "0 3 * * *", **spec}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta("nightly"), "spec": given}


MANY = "too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds"


@cases(
    "reason message says",
    {
        "its schedule is no schedule": (
            "UnparseableSchedule",
            'unparseable schedule: "0 3 * *" : expected exactly 5 fields, found 4: [0 3 * *]',
            "Its schedule",
        ),
        "its time zone is unknown": (
            "UnknownTimeZone",
            'invalid timeZone: "Europe/Berln": unknown time zone Europe/Berln',
            "The time zone Europe/Berln is not known",
        ),
        "it missed too many starts for an old controller": (
            "FailedNeedsStart",
            f"Cannot determine if job needs to be started: {MANY}",
            "so it makes no Job any more",
        ),
        "a quota refuses its Jobs": (
            "FailedCreate",
            'Error creating job: jobs.batch "nightly-1" is forbidden: exceeded quota: jobs, '
            "requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5",
            "refused a Job of CronJob nightly: quota jobs",
        ),
    },
)
def test_why_a_CronJob_makes_no_Job_is_said_first(
    tmp_path: Path, reason: str, message: str, says: str
) -> None:
    event = told_of("CronJob", "nightly", reason, message)
    said = called("explain", "-f", written(tmp_path, nightly(), event)).stdout
    assert says in said.split("✖")[1].replace("\n ", " ")
    assert "It has made no Job yet" not in said


def test_a_CronJob_whose_last_Job_runs_says_that_it_makes_no_other(tmp_path: Path) -> None:
    job = nightly(concurrencyPolicy="Forbid") | {"status": {"active": [{"name": "nightly-1"}]}}
    said = called("explain", "-f", written(tmp_path, job)).stdout
    assert "no other Job while nightly-1 runs" in said


def test_a_claim_that_is_refused_is_no_Pod_that_is_refused(tmp_path: Path) -> None:
    head = DEPLOYMENT | {"kind": "StatefulSet", "metadata": meta("db"), "status": {}}
    refused = (
        "create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: "
        'persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: disks, requested: '
        "requests.storage=2Gi, used: requests.storage=4Gi, limited: requests.storage=5Gi"
    )
    event = told_of("StatefulSet", "db", "FailedCreate", refused)
    said = called("explain", "-f", written(tmp_path, head, event)).stdout
    assert "refused a PersistentVolumeClaim of StatefulSet db" in said


def test_a_ReplicaSet_that_is_refused_is_told_once(tmp_path: Path) -> None:
    refused = 'Failed to create new replica set "web-5": replicasets.apps "web-5" is forbidden: no'
    condition = {
        "type": "Progressing",
        "status": "False",
        "reason": "ReplicaSetCreateError",
        "message": refused,
    }
    head = DEPLOYMENT | {"status": {"conditions": [condition]}}
    event = told_of("Deployment", "web", "ReplicaSetCreateError", refused)
    said = called("explain", "-f", written(tmp_path, head, event)).stdout
    assert "Its ReplicaSet can't be made" in said
    assert said.count("✖") == 1
