"""Objects are named as for kubectl."""

import pytest

from podwatch.core.expectations.arguments import in_slash_form
from podwatch.core.kube import kind_named
from podwatch.errors import PodwatchError
from tests.cases import cases


@cases(
    "words meant",
    {
        "with a slash": ("deploy/web", "deploy/web"),
        "several": ("deploy/web sts/db", "deploy/web sts/db"),
        "the kind first": ("deploy web", "deploy/web"),
        "the kind of all": ("po web-0 web-1", "po/web-0 po/web-1"),
        "two kinds": ("deploy,sts web", "deploy/web sts/web"),
        "version and group": ("deployment.v1.apps web", "deployment.v1.apps/web"),
        "no kind": ("web", "web"),
        "standard input": ("-", "-"),
        "nothing": ("", ""),
    },
)
def test_it_is_meant(words: str, meant: str) -> None:
    assert in_slash_form(words.split()) == meant.split()


def test_labels_choose_pods_which_may_be_named_as_their_kind() -> None:
    assert in_slash_form(["pods"], selected=True) == []
    assert in_slash_form(["deploy/web"], selected=True) == ["deploy/web"]
    with pytest.raises(PodwatchError, match="labels choose Pods, and not deploy"):
        in_slash_form(["deploy"], selected=True)


@cases(
    "words said",
    {
        "a kind alone": ("deploy", '"deploy" names no object'),
        "both forms": ("deploy web sts/db", '"sts/db" names a kind'),
    },
)
def test_it_is_refused(words: str, said: str) -> None:
    with pytest.raises(PodwatchError, match=said):
        in_slash_form(words.split())


@cases(
    "text kind",
    {
        "a group": ("deployment.apps", "Deployment"),
        "a version and a group": ("deployments.v1.apps", "Deployment"),
        "a version alone": ("pods.v1.", "Pod"),
        "another group": ("deployment.extensions", None),
        "another version": ("deployment.v1beta1.apps", None),
        "capitals": ("StatefulSet", "StatefulSet"),
    },
)
def test_a_kind_is_named_as_for_kubectl(text: str, kind: str | None) -> None:
    assert kind_named(text) == kind
