"""The objects of manifests: what kubectl, Helm and kustomize print, and what means harm."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.manifests import LIMIT, OBJECTS, files, manifests
from podwatch.sources.yaml_as_json import documents

HELM = Path(__file__).parent.parent / "manifests" / "helm-template.yaml"


def found(tmp_path: Path, text: str | bytes) -> list[str]:
    """Each object that a file has, as namespace, kind and name."""
    file = tmp_path / "given"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [f"{one.namespace}/{one.resource}/{one.name}" for one in manifests(str(file))]


def made(kind: str, name: str, version: str = "v1", **metadata: object) -> dict[str, object]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}}


def test_all_that_helm_printed_is_found_and_nothing_else() -> None:
    all_ = manifests(str(HELM))
    assert [f"{one.resource}/{one.name}" for one in all_] == [
        "networkpolicy.networking.k8s.io/demo-redis",
        "serviceaccount/demo-shop",
        "configmap/demo-shop-config",
        "persistentvolumeclaim/demo-shop-uploads",
        "service/demo-shop",
        "statefulset.apps/demo-redis-master",
        "deployment.apps/demo-shop",
        "cronjob.batch/demo-shop-report",
        "job.batch/demo-shop-seed",
        "pod/demo-shop-test-connection",
        "job.batch/demo-shop-migrate",
    ]
    assert [one.hook for one in all_[-2:]] == ["test", "pre-install,pre-upgrade"]
    assert all_[5].namespace == "applied-data"


POD, WEB = made("Pod", "a", namespace="x", uid="1"), made("Deployment", "web", "apps/v1")
BOTH = ["x/pod/a", "/deployment.apps/web"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [POD, WEB]}),
        f"{json.dumps(POD, indent=4)}\n{json.dumps(WEB)}\n",
        f"---\n{json.dumps(POD)}\n---\n# nothing\n---\n{json.dumps(WEB)}\n...\n",
        f"apiVersion: v1\nitems:\n- {json.dumps(POD)}\n- {json.dumps(WEB)}\nkind: List\n",
        f"\ufeff{json.dumps(POD)}{json.dumps(WEB)}",
        f"{json.dumps(POD)}\n---\n{json.dumps(WEB)}\n---\n",
        f"{json.dumps(POD, indent=4)}\n--- # more\n---\n{yaml.safe_dump(WEB)}",
        f"{json.dumps(POD)}{json.dumps(WEB)}".encode("utf-16"),
    ],
    ids=[
        "a List",
        "JSON",
        "documents",
        "a List as YAML",
        "with a BOM",
        "JSON with ---",
        "JSON, then YAML",
        "of PowerShell",
    ],
)
def test_objects_come_in_many_forms(tmp_path: Path, text: str | bytes) -> None:
    assert found(tmp_path, text) == BOTH


MERGED = """
common: &common {namespace: shop, name: base}
more: &more {name: more, uid: "1"}
objects:
  - {apiVersion: v1, kind: Pod, metadata: {<<: *common, name: first}}
  - {apiVersion: v1, kind: Pod, metadata: {name: last, <<: *common}}
  - {apiVersion: v1, kind: Pod, metadata: {<<: [*more, *common]}}
  - {apiVersion: v1, kind: Pod, metadata: {"<<": 1, name: quoted}}
"""


def test_what_is_merged_is_part_of_an_object(tmp_path: Path) -> None:
    whole = json.loads(next(documents(MERGED.encode())))
    assert whole == yaml.safe_load(MERGED)
    listed = {"apiVersion": "v1", "kind": "List", "items": whole["objects"]}
    names = ["shop/pod/first", "shop/pod/last", "shop/pod/more", "/pod/quoted"]
    assert found(tmp_path, json.dumps(listed)) == names


def test_the_items_of_a_list_of_one_kind_are_of_it(tmp_path: Path) -> None:
    items = [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]
    list_ = {"apiVersion": "apps/v1", "kind": "DeploymentList", "items": items}
    assert found(tmp_path, json.dumps(list_)) == ["/deployment.apps/a", "/deployment.apps/b"]


def test_a_name_that_is_still_to_be_made_is_known_as_one(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text("apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: import-}\n")
    (one,) = manifests(str(file))
    assert (one.name, one.generated) == ("import-", True)


@pytest.mark.parametrize("text", ["", "---\n# nothing\n---\n", " \n"])
def test_a_file_can_be_empty(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"{json.dumps(POD)}\n{{", "line 2 is not whole", id="cut JSON"),
        pytest.param(f"{json.dumps(POD)}\n---\n{{", "line 3 is not whole", id="cut JSON after ---"),
        pytest.param(f"{json.dumps(POD)}\nkind: Pod", "line 2 is not whole", id="YAML without ---"),
        pytest.param("kind: Pod\nmetadata: {name: a", "no YAML", id="cut YAML"),
        pytest.param(
            "apiVersion: v1\nkind: Pod\n---\n- a\n", "object 1, a Pod, has no", id="no name"
        ),
        pytest.param(json.dumps(made("Pod", "x" * 400)), "more than 317", id="a long name"),
        pytest.param("a: 1\n", "it has no kind", id="values"),
        pytest.param("kind: Pod\nmetadata: {name: a}\n", "it has no apiVersion", id="no version"),
        pytest.param("deployment.apps/web\nservice/web created\n", "has names", id="names"),
        pytest.param("NAME: shop\nHOOKS:\nMANIFEST:\n", "helm install --dry-run", id="a dry run"),
        pytest.param("apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n", "metadata.name", id="7"),
        pytest.param("apiVersion: v1\nkind: Pod\nmetadata: {<<: {}, name: a}", "<<", id="merged"),
        pytest.param("a: &a [1]\nb: {<<: *a}", "no mapping", id="a merged list"),
        pytest.param("a: &a {b: 1}\n<<: [*a, 1]", "no alias", id="a merged number"),
        pytest.param(
            f"a: &a {{x: {'x' * 9_000}}}\nb: {{{'<<: *a, ' * 200}}}", "too much", id="merges"
        ),
        pytest.param("apiVersion: v1\nkind: A\napiVersion: v1\nkind: B\n", "---", id="no ---"),
        pytest.param("NAME  READY   STATUS\nweb   1/1     Running\n", "the table", id="a table"),
        pytest.param("{{ .Values.kind }}: x\n", "a template", id="a template"),
        pytest.param(b"\xff\xfe\x00", "not text", id="no text"),
        pytest.param("[" * 5_000, "is not whole", id="nested JSON"),
        pytest.param("- " * 200, "nested", id="nested YAML"),
        pytest.param(f"a: &a [{'1,' * 99_999}1]\nb: [{'*a,' * 9}*a]", "for too much", id="aliases"),
        pytest.param(b" " * (LIMIT + 1), "too large", id="too large"),
    ],
)
def test_what_can_not_be_read_as_a_whole_is_refused(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    with pytest.raises(PodwatchError) as caught:
        found(tmp_path, text)
    assert said in caught.value.message
    assert caught.value.exit_code == ExitCode.UNREADABLE
    assert caught.value.hint


def test_lists_in_lists_and_many_objects_have_a_limit(tmp_path: Path) -> None:
    nested: dict[str, object] = POD
    for _ in range(4):
        nested = {"apiVersion": "v1", "kind": "List", "items": [nested]}
    with pytest.raises(PodwatchError, match="Lists in Lists"):
        found(tmp_path, json.dumps(nested))
    many = {"apiVersion": "v1", "kind": "List", "items": [POD] * (OBJECTS + 1)}
    with pytest.raises(PodwatchError, match=f"more than {OBJECTS} objects"):
        found(tmp_path, json.dumps(many))


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    given = SimpleNamespace(buffer=io.BytesIO(json.dumps(WEB).encode()))
    monkeypatch.setattr(sys, "stdin", given)
    assert [one.name for one in manifests("-")] == ["web"]


def test_of_a_folder_the_files_are_taken_that_kubectl_takes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.yaml", "a.json", "c.yml", "README.md", "sub/d.yaml"):
        (tmp_path / name).touch()
    taken = [Path(one).name for one in files(str(tmp_path), recursive=False)]
    assert taken == ["a.json", "b.yaml", "c.yml"]
    below = [Path(one).name for one in files(str(tmp_path), recursive=True)]
    assert below == ["a.json", "b.yaml", "c.yml", "d.yaml"]
    readme = str(tmp_path / "README.md")
    assert files(readme, recursive=False) == [readme]


def test_a_folder_for_kustomize_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").touch()
    with pytest.raises(PodwatchError) as caught:
        files(str(tmp_path), recursive=False)
    assert "kubectl kustomize" in caught.value.hint


@pytest.mark.parametrize("name", ["/nonexistent/a.yaml", "https://example.com/a.yaml", "a\0b"])
def test_what_is_no_file_is_refused(name: str) -> None:
    with pytest.raises(PodwatchError) as caught:
        [manifests(one) for one in files(name, recursive=False)]
    assert caught.value.exit_code == ExitCode.UNREADABLE
