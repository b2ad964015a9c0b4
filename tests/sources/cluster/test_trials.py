"""What a Service answers through the API server, and what the API server itself says."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from podwatch.sources.api import ApiError, Unreachable
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.trials import Trials
from tests.fake_api import FakeApi, Reply, access, listing, pod, status

PROXY = "/api/v1/namespaces/shop/services/cart:80/proxy"
PODS = "/api/v1/namespaces/shop/pods"
SHOP = "/api/v1/namespaces/shop"


@pytest.fixture
def trials(tmp_path: Path) -> "Made":
    return Made(tmp_path)


class Made:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, url: str) -> Trials:
        patience = Patience(connect=0.5, question=0.5)
        return Trials(connect(access(self.folder, url), patience).requests)


def asked(made: Made, others: Mapping[str, Reply]) -> tuple[int, str]:
    with FakeApi(others=others) as api:
        return made.of(api.url).reply("shop", "cart", "80", "/")


def test_what_a_service_answers_is_its_status_and_text(trials: Made) -> None:
    assert asked(trials, {PROXY: Reply([b"your cart \xff"])}) == (200, "your cart \ufffd")


def test_a_status_of_the_service_has_no_reason(trials: Made) -> None:
    with pytest.raises(ApiError) as raised:
        asked(trials, {PROXY: Reply([b"<h1>not here</h1>"], status=404)})
    assert (raised.value.code, raised.value.reason) == (404, "")


def test_a_refusal_of_the_api_server_has_one(trials: Made) -> None:
    answer = status(503, "ServiceUnavailable", 'no endpoints available for service "cart"')
    with pytest.raises(ApiError) as raised:
        asked(trials, {PROXY: answer})
    assert raised.value.reason == "ServiceUnavailable"


def test_pods_are_asked_for_by_their_labels(trials: Made) -> None:
    with FakeApi(others={PODS: listing(pod("cart-1", 7))}) as api:
        found = trials.of(api.url).pods("shop", "app=cart")
        assert api.requests[-1].query["labelSelector"] == "app=cart"
    assert [one.metadata.name for one in found] == ["cart-1"]


def test_what_is_no_list_of_pods_is_no_answer(trials: Made) -> None:
    with FakeApi(others={PODS: Reply([b"<html>"])}) as api, pytest.raises(Unreachable):
        trials.of(api.url).pods("shop", "app=cart")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply([b'{"metadata": {"name": "shop"}}']), ""),
        (Reply([json.dumps({"status": {"phase": "Terminating"}}).encode()]), "being deleted"),
        (status(404, "NotFound", "not found"), 'there is no namespace "shop"'),
        (status(403, "Forbidden", "no"), ""),
        (Reply([b"<html>"]), ""),
    ],
    ids=["there", "going", "gone", "nobody may know", "no answer"],
)
def test_a_namespace_is_missing_only_where_that_is_known(
    answer: Reply, said: str, trials: Made
) -> None:
    with FakeApi(others={SHOP: answer}) as api:
        assert said in trials.of(api.url).missing("shop")
        assert bool(said) == bool(trials.of(api.url).missing("shop"))
