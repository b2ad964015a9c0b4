"""What kubectl printed, read back: good, cut off, foreign and hostile."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.core.kube import Pod, ReplicaSet
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.files import Contents, contents, skipped

WEB = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "labels": {"answer": "42"}},
    "spec": {"containers": [{"name": "app", "image": "busybox:1.36"}]},
    "status": {"phase": "Running", "startTime": "2026-03-05T10:00:00Z"},
}
API = {**WEB, "metadata": {"name": "api", "namespace": "shop", "uid": "u2"}}
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
RS = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web", "uid": "rs"}}


def listed(*items: object, kind: str = "List") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {}, "items": list(items)}


def changed(type_: str, item: object) -> dict[str, Any]:
    return {"type": type_, "object": item}


def pretty(*values: object) -> str:
    """As `kubectl -o json` prints them, one after the other."""
    return "\n".join(json.dumps(value, indent=4) for value in values)


def documents(*values: object) -> str:
    """As `kubectl -o yaml` prints them: without aliases."""
    return "---\n".join(yaml.safe_dump(json.loads(json.dumps(value))) for value in values)


def of(folder: Path, text: str | bytes) -> Contents:
    file = folder / "pods"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return contents(str(file))


def pods(found: Contents) -> list[str]:
    return [one.metadata.name for one in found.objects.values() if isinstance(one, Pod)]


def refused(folder: Path, text: str | bytes) -> PodwatchError:
    with pytest.raises(PodwatchError) as raised:
        of(folder, text)
    assert raised.value.exit_code is ExitCode.UNREADABLE
    assert raised.value.hint
    return raised.value


# ── what kubectl prints ──


@pytest.mark.parametrize("printed", [pretty, documents], ids=["JSON", "YAML"])
@pytest.mark.parametrize(
    ("values", "names"),
    [
        pytest.param([WEB], ["web"], id="one Pod"),
        pytest.param([listed(WEB, API)], ["web", "api"], id="a List"),
        pytest.param(
            [listed({**WEB, "kind": None}, kind="PodList")], ["web"], id="a PodList without kinds"
        ),
        pytest.param([changed("ADDED", WEB), changed("ADDED", API)], ["web", "api"], id="a watch"),
        pytest.param([WEB, API, WEB], ["api", "web"], id="versions: the last one counts"),
        pytest.param([changed("BOOKMARK", {"kind": "Pod"}), WEB], ["web"], id="a bookmark"),
    ],
)
def test_the_pods_are_read(
    tmp_path: Path, printed: Any, values: list[Any], names: list[str]
) -> None:
    found = of(tmp_path, printed(*values))
    assert pods(found) == names
    assert found.failure is None


def test_a_pod_that_a_watch_saw_deleted_is_kept_and_marked(tmp_path: Path) -> None:
    found = of(tmp_path, pretty(changed("ADDED", WEB), changed("DELETED", WEB)))
    assert (pods(found), found.deleted) == (["web"], {"u1"})


def test_owners_are_kept_and_other_kinds_counted(tmp_path: Path) -> None:
    found = of(tmp_path, documents(listed(SERVICE, WEB, RS, SERVICE)))
    assert pods(found) == ["web"]
    assert any(isinstance(one, ReplicaSet) for one in found.objects.values())
    assert skipped(found.others.items()) == "2 Service"


def test_a_manifest_is_known_by_its_name(tmp_path: Path) -> None:
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    found = of(tmp_path, documents(bare, {**bare, "metadata": {"name": "api"}}))
    assert pods(found) == ["web", "api"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_windows_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    assert pods(of(tmp_path, documents(WEB).encode(encoding))) == ["web"]


# ── what is wrong ──


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param("NAME  READY\nweb   1/1\n", "no objects of Kubernetes", id="a table"),
        pytest.param("[1, 2]", "no objects of Kubernetes", id="numbers"),
        pytest.param('{"a": 1}', "no objects of Kubernetes", id="an object without a kind"),
        pytest.param(b"\xff\x00\xfe", "it is no text", id="bytes"),
        pytest.param("a: b: c\n", "line 1 is no YAML", id="broken YAML"),
        pytest.param(pretty(WEB)[:200], "the file ends in the middle of it", id="cut-off JSON"),
        pytest.param("{" + "[" * 200_000, "no JSON", id="JSON that is no JSON, and deep"),
        pytest.param("[" * 200_000, "nothing that kubectl prints", id="deep JSON"),
        pytest.param("a: " + "[" * 200_000, "nested too deeply", id="deep YAML"),
        pytest.param("a: &a [x]\nb: [*a, *a]\n", "aliases", id="aliases"),
        pytest.param("a: 2026-99-99\n", "nothing that kubectl prints", id="an impossible date"),
        pytest.param('{"item":"opened","format":1}', "a recording", id="a recording"),
        pytest.param(
            '{"kind": "Pod", "metadata": "\ud800"}'.encode("utf-8", "surrogatepass"),
            "no text",
            id="surrogates",
        ),
    ],
)
def test_what_is_no_output_of_kubectl_is_refused(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    assert words in str(refused(tmp_path, text))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param([{**WEB, "status": {"phase": 3}}], "Pod shop/web is not as", id="a number"),
        pytest.param([{**WEB, "metadata": []}], "Pod without metadata is not as", id="a list"),
        pytest.param(
            [{**WEB, "status": {}}], "Pod shop/web ends before its status", id="no status"
        ),
    ],
)
def test_a_pod_that_can_not_be_read_is_named_and_the_others_are_read(
    tmp_path: Path, values: list[Any], words: str
) -> None:
    found = of(tmp_path, pretty(*values, API))
    assert pods(found) == ["api"]
    assert words in str(found.failure)


def test_what_comes_before_the_cut_is_read(tmp_path: Path) -> None:
    found = of(tmp_path, pretty(changed("ADDED", WEB), changed("ADDED", API))[:-40])
    assert pods(found) == ["web"]
    assert "the file ends in the middle of it" in str(found.failure)


def test_an_unpaired_surrogate_of_JSON_does_no_harm(tmp_path: Path) -> None:
    evil = pretty({**WEB, "status": {"phase": "X"}}).replace('"X"', '"\\ud800"')
    assert "Pod shop/web is not as" in str(of(tmp_path, evil).failure)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError, match="nosuch can't be read: No such file"):
        contents(str(tmp_path / "nosuch"))
