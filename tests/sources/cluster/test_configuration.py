"""Which kubeconfig and context are meant, and what is said where they can not be used."""

from pathlib import Path

import pytest

from podwatch.errors import ExitCode
from podwatch.sources.cluster import connect, context_names
from podwatch.sources.cluster.access import Access
from tests.cases import cases
from tests.fake_api import kubeconfig
from tests.sources.cluster.follow import refused


@cases(
    "content",
    {
        "nothing": b"",
        "a word": b"hello",
        "a list": b"- a\n- b\n",
        "broken YAML": b"{",
        "bytes": b"\x00\xff\xfe",
        "contexts that are a number": b"contexts: 7\n",
        "contexts that are numbers": b"contexts: [1, 2]\n",
        "a context without one": b"contexts: [{name: a}]\ncurrent-context: a\n",
        "no cluster": b"contexts: [{name: a, context: {cluster: b}}]\ncurrent-context: a\n",
        "no contexts": b"apiVersion: v1\nkind: Config\n",
        "deep nesting": b"[" * 5_000,
    },
)
def test_a_kubeconfig_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kubeconfig"
    path.write_bytes(content)
    fatal = refused(str(path))
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert str(path) in fatal.message


@pytest.mark.parametrize("named", [True, False], ids=["named", "by default"])
def test_a_kubeconfig_that_is_not_there_is_named(tmp_path: Path, named: bool) -> None:
    path = tmp_path / ("missing" if named else ".kube/config")
    fatal = refused(str(path) if named else None)
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert f"there is no kubeconfig at {path}" in fatal.message


def test_an_unknown_context_is_a_usage_error_that_names_a_close_one(tmp_path: Path) -> None:
    fatal = refused(kubeconfig(tmp_path, "http://x", context="production"), "prodution")
    assert fatal.exit_code == ExitCode.USAGE
    assert '"prodution"' in fatal.message
    assert fatal.hint == 'did you mean "production"? it has: other, production'


def test_a_context_can_be_named_where_none_is_current(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, "http://x")
    path = Path(config)
    path.write_text(path.read_text().replace('"current-context": "test", ', ""))
    assert "no current context" in refused(config).message
    assert connect(Access(kubeconfig=config, context="other")).namespace == "default"
    assert context_names(Access(kubeconfig=config)) == ["test", "other"]


def test_contexts_are_collected_from_several_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths.append(kubeconfig(tmp_path / name, "http://x", context=name))
    monkeypatch.setenv("KUBECONFIG", ":".join([*paths, str(tmp_path / "missing")]))
    assert context_names(Access()) == ["one", "other", "two"]
    assert connect(Access(context="one")).context == "one"
