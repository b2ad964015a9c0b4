"""Bytes become typed objects, or one exception says why not."""

import msgspec
import pytest

from podwatch.core.kube import ObjectMeta, Pod
from podwatch.core.kube.container_spec import HttpProbe, Probe
from podwatch.core.kube.decode import Undecodable, decoder
from podwatch.core.kube.meta import Annotations, Empty
from tests.build import at
from tests.cases import cases

decode = decoder(Pod)


class TestWhatGoWritesForNothing:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param('{"metadata":{"finalizers":null}}', id="a list"),
            pytest.param('{"metadata":{"labels":null}}', id="a map"),
            pytest.param('{"status":{"phase":null}}', id="a string"),
            pytest.param('{"spec":{"hostNetwork":null}}', id="a truth value"),
            pytest.param('{"metadata":{"generation":null}}', id="a number"),
            pytest.param('{"metadata":{"creationTimestamp":null}}', id="a time"),
            pytest.param('{"status":null}', id="a whole part"),
            pytest.param('{"status":{"containerStatuses":[null]}}', id="an entry of a list"),
        ],
    )
    def test_null_is_absent(self, text: str) -> None:
        assert decode(text.encode()) == Pod()

    def test_what_is_not_null_stays(self) -> None:
        text = b'{"metadata":{"name":"web","labels":null},"status":{"phase":"Running"}}'
        made = decode(text)
        assert (made.metadata.name, made.status.phase) == ("web", "Running")


class TestWhatProbesAskFor:
    @pytest.mark.parametrize(
        "path",
        [
            pytest.param("/healthz", id="a path"),
            pytest.param("/healthz?token=hunter2", id="a query"),
            pytest.param("/healthz#hunter2?more", id="a fragment"),
        ],
    )
    def test_a_path_is_kept_without_what_may_be_secret(self, path: str) -> None:
        headers = '"httpHeaders":[{"name":"Authorization","value":"hunter2"}]'
        get = f'{{"port":8080,"path":"{path}",{headers}}}'
        made = decode(f'{{"spec":{{"containers":[{{"livenessProbe":{{"httpGet":{get}}}}}]}}}}')
        probe = made.spec.containers[0].liveness_probe
        assert probe is not None
        assert probe.http_get == HttpProbe(port=8080, path="/healthz")
        assert b"hunter2" not in msgspec.json.encode(made)

    def test_of_a_command_only_that_there_is_one_is_kept(self) -> None:
        probe = '"startupProbe":{"exec":{"command":["psql","--password=hunter2"]}}'
        made = decode(f'{{"spec":{{"containers":[{{{probe}}}]}}}}')
        assert made.spec.containers[0].startup_probe == Probe(exec=Empty())


class TestWhatOldVersionsSay:
    @cases(
        "said type_ reason",
        {
            "it may work later": ("Deferred", "PodResizePending", "Deferred"),
            "it can't work": ("Infeasible", "PodResizePending", "Infeasible"),
            "it goes on": ("InProgress", "PodResizeInProgress", ""),
        },
    )
    def test_a_resize_is_what_its_condition_says_since(
        self, said: str, type_: str, reason: str
    ) -> None:
        made = decode(f'{{"status":{{"resize":"{said}"}}}}'.encode())
        (condition,) = made.status.conditions
        assert (condition.type, condition.status, condition.reason) == (type_, "True", reason)
        assert condition.message == f"status.resize is {said}"

    def test_a_resize_is_said_once(self) -> None:
        told = '{"type":"PodResizePending","status":"True","message":"of the kubelet"}'
        made = decode(f'{{"status":{{"resize":"Deferred","conditions":[{told}]}}}}'.encode())
        assert [one.message for one in made.status.conditions] == ["of the kubelet"]
        assert decode(b'{"status":{"resize":"Proposed"}}').status.conditions == ()


class TestWhatCanNotBeRead:
    @cases(
        "data why",
        {
            "nothing": (b"", "truncated"),
            "an end that is missing": (b'{"metadata":{"name":"we', "truncated"),
            "invalid UTF-8": (b'{"metadata":{"name":"\xff"}}', "utf-8"),
            "half a surrogate pair": (b'{"status":{"phase":"\\ud800 and more"}}', "malformed"),
            "two values": (b"{}{}", "malformed"),
            "a deep nesting": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "recursion"),
            "a deep nesting beside a null": (
                b'{"status":null,"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
                "recursion",
            ),
            "another shape": (b"[]", "Expected `object`"),
            "null alone": (b"null", "Expected `object`"),
            "another kind": (b'{"kind":"Node"}', "Invalid value 'Node'"),
            "another type": (b'{"status":{"phase":7}}', "`$.status.phase`"),
            "another type beside a null": (
                b'{"status":{"phase":7,"conditions":null}}',
                "`$.status.phase`",
            ),
            "no time": (b'{"metadata":{"creationTimestamp":"yesterday"}}', "RFC3339"),
            "a time without a zone": (
                b'{"metadata":{"creationTimestamp":"2026-03-05T10:00:00"}}',
                "timezone",
            ),
        },
    )
    def test_is_undecodable_and_says_why(self, data: bytes, why: str) -> None:
        with pytest.raises(Undecodable) as raised:
            decode(data)
        assert why.lower() in str(raised.value).lower()


class TestWhatNobodyKnows:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('{"status":{"phase":"Pondering"}}', "Pondering"),
            ('{"status":{"phase":""}}', ""),
            ('{"status":{"phase":"\\u001b[2J"}}', "\x1b[2J"),
        ],
        ids=["a word", "an empty one", "an escape sequence"],
    )
    def test_a_string_passes(self, text: str, value: str) -> None:
        assert decode(text.encode()).status.phase == value

    def test_a_field_passes_unseen(self) -> None:
        assert decode(b'{"metadata":{"name":"web","mood":{"is":["good"]}},"extra":1}') == Pod(
            metadata=ObjectMeta(name="web")
        )

    def test_an_annotation_is_not_kept_but_for_one(self) -> None:
        text = b'{"metadata":{"annotations":{"secret":"x","kubernetes.io/config.mirror":"abc"}}}'
        assert decode(text).metadata.annotations == Annotations(config_mirror="abc")


def test_a_list_leaves_out_the_kind_of_its_items() -> None:
    assert decode(b'{"metadata":{"name":"web"}}').metadata.name == "web"


def test_times_are_read_in_utc() -> None:
    text = b'{"metadata":{"creationTimestamp":"2026-03-05T10:00:07Z"}}'
    assert decode(text).metadata.creation_timestamp == at(7)


def test_text_is_read_as_well_as_bytes() -> None:
    assert decode('{"status":{"phase":"Läuft"}}').status.phase == "Läuft"
    assert decode(bytearray(b'{"status":{"phase":"Running"}}')).status.phase == "Running"
