"""The glossary: every technical word that stands on a screen can be asked."""

import re
from datetime import UTC
from functools import cache

import pytest

from podwatch import scenarios
from podwatch.core.concepts import catalog
from podwatch.core.concepts.glossary import called, glossary
from podwatch.core.concepts.words import words
from podwatch.core.session import Session
from podwatch.renderers.dashboard.view import view
from podwatch.sources.recording import read
from tests.cases import cases

TERMS = """
api-server backoff back-off burstable cgroup claim claims cluster cni condition conditions configmap
container containerd containers controller controllers cordoned cpu daemonset deadline deployment
digest disruption drain drained emptydir entrypoint etcd event events evicted eviction evicts
finalizer finalizers gpu guaranteed hook hooks image images job jobs kubectl kubelet kubernetes
label labels limit limits liveness localhost logs log manifest memory mount mounted mounts namespace
namespaces node nodes owner owned phase plugin pod pods port ports poststart preempted preemption
prestop priority probe probes provisioner qos quota readiness registry replica replicas replicaset
request requests resize restart restartpolicy restarts revision rollout runtime sandbox scheduler
secret selector service services sidecar sidecars signal signals spec statefulset
storageclass swap tag taint taints template token tolerate tolerates toleration tolerations traffic
uid untolerated volume volumes workload workloads
""".split()  # noqa: SIM905
"""What somebody in their first week does not know, in lower case."""

NAMES = {"BusyBox", "OpenKruise"}
"""Words with a capital letter inside that are names of products, and none of Kubernetes."""

_CAPITALS = re.compile(r"(?<![\w….])[A-Za-z]+[a-z][A-Z]\w*(?![\w…])")


@cache
def shown(scenario: str) -> frozenset[str]:
    """The lines of the screens of a recording, one after each thing that happened."""
    session, lines = Session(catalog()), set[str]()
    for item in read(scenarios.scenario(scenario).recording):
        update = session.feed(item)
        if update.entries:
            lines.update(line.plain for line in view(update.board(), 140, 45, tz=UTC).lines)
    return frozenset(lines)


@pytest.mark.parametrize("scenario", scenarios.names())
def test_every_technical_word_on_a_screen_can_be_asked(scenario: str) -> None:
    text = "\n".join(shown(scenario))
    there = {word for word in re.findall(r"[A-Za-z-]{2,}", text) if word.lower() in TERMS}
    there |= set(_CAPITALS.findall(text)) - NAMES
    assert not {word for word in there if not glossary().words_in(word)}


def test_every_term_of_the_list_is_known() -> None:
    assert not [word for word in TERMS if not glossary().words_in(word)]
    for word in (
        "ContainersReady",
        "DisruptionTarget",
        "PodReadyToStartContainers",
        "mirror Pod",
        "init containers",
        "QoS",
        "API server",
        "ErrImagePull",
        "CrashLoopBackOff",
        "OOMKilled",
        "SIGTERM",
        "SIGKILL",
        "exit code 137",
        "exit 1",
        "Init:CrashLoopBackOff",
        "READY",
        "STATUS",
    ):
        assert glossary().words_in(word), word


@cases(
    "text asked",
    {
        "in any case and number": (
            "Its taints and the Kubelet; INIT containers",
            ["Taint", "kubelet", "Init container"],
        ),
        "the longest name": (
            "the readiness probe of a mirror Pod",
            ["Readiness probe", "Mirror Pod"],
        ),
        "a reason exactly": ("ready, Ready, error, Error", ["Ready", "Error"]),
        "a column exactly": ("status STATUS age AGE", ["STATUS", "AGE"]),
        "a number as an exit code only": (
            "exit 137 after 42 s; exit code 1",
            ["exit code 137", "exit code", "exit code 1"],
        ),
        "each once, in its order": ("a node, a Pod, nodes, Pods", ["Node", "pod"]),
        "no part of a word": ("podwatch imports nodejs-web", []),
        "nothing": ("", []),
    },
)
def test_words_are_found_as_they_are_written(text: str, asked: list[str]) -> None:
    found = [called(one) for one in glossary().words_in(text)]
    assert sorted(map(str.lower, found)) == sorted(map(str.lower, asked))


def test_each_way_of_writing_belongs_to_one_word_and_each_lesson_exists() -> None:
    written = [name.casefold() for one in words().by_id.values() for name in one.written]
    written += [name.casefold() for names in words().written.values() for name in names]
    assert len(set(written)) == len(written)
    assert set(words().written) <= set(catalog().by_id)
