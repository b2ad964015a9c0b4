"""What kubectl printed, read back: good, cut off, foreign and hostile."""

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.core.kube import Pod, ReplicaSet
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources import yaml_as_json
from podwatch.sources.contents import Contents
from podwatch.sources.files import contents
from tests.cases import cases
from tests.command import run_program

WEB = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "labels": {"answer": "42"}},
    "spec": {"containers": [{"name": "app", "image": "busybox:1.36"}]},
    "status": {"phase": "Running", "startTime": "2026-03-05T10:00:00Z"},
}
KINDLESS = {key: value for key, value in WEB.items() if key != "kind"}
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
@cases(
    "values names",
    {
        "one Pod": ([WEB], ["web"]),
        "a List": ([listed(WEB, API)], ["web", "api"]),
        "an empty List": ([listed()], []),
        "a PodList without kinds": ([listed(KINDLESS, kind="PodList")], ["web"]),
        "a watch": ([changed("ADDED", WEB), changed("ADDED", API)], ["web", "api"]),
        "versions: the last one counts": ([WEB, API, WEB], ["api", "web"]),
        "a bookmark": ([changed("BOOKMARK", {"kind": "Pod"}), WEB], ["web"]),
    },
)
def test_the_pods_are_read(
    tmp_path: Path, printed: Any, values: list[Any], names: list[str]
) -> None:
    found = of(tmp_path, printed(*values).replace("[]", "[ ]"))
    assert pods(found) == names
    assert found.failure is None


@pytest.mark.parametrize(
    "text",
    [f"{pretty(WEB)}\n---\n{pretty(API)}\n---\n", f"{pretty(WEB)}\n--- # more\n{documents(API)}"],
    ids=["JSON", "YAML behind it"],
)
def test_json_may_have_yamls_separators(tmp_path: Path, text: str) -> None:
    found = of(tmp_path, text)
    assert pods(found) == ["web", "api"]
    assert found.failure is None


def test_a_pod_that_a_watch_saw_deleted_is_kept_and_marked(tmp_path: Path) -> None:
    found = of(tmp_path, pretty(changed("ADDED", WEB), changed("DELETED", WEB)))
    assert (pods(found), found.deleted) == (["web"], {"u1"})


def test_owners_are_kept_and_other_kinds_counted(tmp_path: Path) -> None:
    found = of(tmp_path, documents(listed(SERVICE, WEB, RS, SERVICE)))
    assert pods(found) == ["web"]
    assert any(isinstance(one, ReplicaSet) for one in found.objects.values())
    assert found.others == {"Service": 2}


def test_a_manifest_is_known_by_its_name(tmp_path: Path) -> None:
    bare = {"kind": "Pod", "metadata": {"name": "web"}, "spec": WEB["spec"]}
    found = of(tmp_path, documents(bare, {**bare, "metadata": {"name": "api"}}))
    assert pods(found) == ["web", "api"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_windows_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    assert pods(of(tmp_path, documents(WEB).encode(encoding))) == ["web"]


# ── what is wrong ──

BOMB = "a: &a [xxxxxxxx]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{of}'] * 10)}]\n" for of, name in pairwise("abcdefghi")
)


@cases(
    "text words",
    {
        "empty": ("", "it is empty"),
        "a text": ("Hello\n", "no objects of Kubernetes"),
        "numbers": ("[1, 2]", "no objects of Kubernetes"),
        "an object without a kind": ('{"a": 1}', "no objects of Kubernetes"),
        "bytes": (b"\xff\x00\xfe", "it is not text"),
        "broken YAML": ("a: b: c\n", "line 1 is no YAML"),
        "cut-off JSON": (pretty(WEB)[:200], "the file ends in the middle of it"),
        "JSON that is no JSON, and deep": ("{" + "[" * 200_000, "no JSON"),
        "deep JSON": ("[" * 200_000, "nothing that kubectl prints"),
        "deep YAML": ("a: " + "[" * 200_000, "nested too deeply"),
        "aliases of aliases": (BOMB, "aliases (*name) that stand for too much"),
        "an alias in itself": ("a: &a [*a]\n", "aliases"),
        "an alias of nothing": ("a: *b\n", "aliases"),
        "anchors": ("".join(f"a{n}: &a{n} x\n" for n in range(1_001)), "YAML anchors"),
        "an impossible tag": ("a: !!bool maybe\n", "nothing that kubectl prints"),
        "a number that is none": ("a: !!int\n", "nothing that kubectl prints"),
        "a recording": ('{"item":"opened","format":1}', "a recording"),
        "surrogates": (
            '{"kind": "Pod", "metadata": "\ud800"}'.encode("utf-8", "surrogatepass"),
            "not text",
        ),
    },
)
def test_what_is_no_output_of_kubectl_is_refused(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    assert words in str(refused(tmp_path, text))


@cases(
    "values words",
    {
        "a map": ([{**WEB, "status": {"phase": {}}}], "Pod shop/web is not as"),
        "a list": ([{**WEB, "metadata": []}], "Pod without a name is not as"),
        "no status": ([{**WEB, "status": {}}], "it has no phase"),
    },
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
    assert "line 21 is no JSON" in str(refused(tmp_path, evil))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError, match="nosuch can't be read: No such file"):
        contents(str(tmp_path / "nosuch"))


# ── memory ──

_PEAK = """
import resource, sys
from podwatch.sources import files, printed
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
printed.MEMORY = 32 << 20
before = peak()
try:
    found = files.contents(sys.argv[1])
    said = f"{len(found.objects)} read, {found.failure}"
except printed.PodwatchError as error:
    said = str(error)
print(peak() - before, said)
"""
EMPTY = 1_000_000


def hostile(number: int, size: int) -> bytes:
    containers = b"{}," * size + b"{}"
    return b'{"kind": "Pod", "metadata": {"name": "%d"}, "spec": {"containers": [%b]}}' % (
        number,
        containers,
    )


@cases(
    "text words",
    {
        "YAML of empty lists": (b"a: [" + b"[]," * 150_000 + b"[]]", "no objects"),
        "JSON of empty lists": (b"[" + b"[]," * EMPTY + b"[]]", "no objects"),
        "a List of empty lists": (
            b'{"kind": "List", "items": [' + b"[]," * EMPTY + b"[]]}",
            "no objects",
        ),
        "one object that is too large": (hostile(1, 3 * EMPTY), "more than 8 MiB"),
        "objects that are too many": (
            b"\n".join(hostile(number, 100_000) for number in range(20)),
            "1 read, {} can't be read: it is too large: its objects take more than 32 MiB",
        ),
        "lines that are tidied up": (b"a: b: c\n" * EMPTY, "no YAML"),
        "an ordinary List in YAML": (
            documents(
                listed(*({**WEB, "metadata": {"name": f"web-{n}"}} for n in range(1000)))
            ).encode(),
            "1000 read, None",
        ),
    },
)
def test_a_file_takes_little_more_memory_than_its_size(
    tmp_path: Path, text: bytes, words: str
) -> None:
    file = tmp_path / "pods"
    file.write_bytes(text)
    done = run_program(sys.executable, "-c", _PEAK, file)
    peak, _, said = done.stdout.partition(" ")
    assert words.format(file) in said
    assert int(peak) < 48 + (2 * len(text) >> 20)


def test_yaml_that_would_take_minutes_is_to_be_had_as_json() -> None:
    with pytest.raises(yaml_as_json.NotReadable, match="more than 64 MiB of YAML") as refused:
        list(yaml_as_json.documents(bytes(yaml_as_json.LIMIT + 1)))
    assert "-o json" in refused.value.hint


@pytest.mark.parametrize(
    ("yaml_", "json_"),
    [
        pytest.param("a: {b: [1, x], c: }", {"a": {"b": [1, "x"], "c": None}}, id="flow"),
        pytest.param("a: 'yes'\nb: yes\nc: 0x10", {"a": "yes", "b": True, "c": 16}, id="scalars"),
        pytest.param("1: |\n  x\n  y\ntrue: !!str 7", {"1": "x\ny\n", "true": "7"}, id="keys"),
        pytest.param(
            "a: &x {b: &y 1}\nc: [*x, *y]", {"a": {"b": 1}, "c": [{"b": 1}, 1]}, id="aliases"
        ),
        pytest.param("- []\n- {}\n- ~", [[], {}, None], id="empty"),
    ],
)
def test_yaml_is_written_down_as_json(yaml_: str, json_: object) -> None:
    assert [json.loads(one) for one in yaml_as_json.documents(yaml_.encode())] == [json_]
