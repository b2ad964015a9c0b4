"""What Tab offers: asked as kubectl asks, and in the shells that there are."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
import trustme

from tests.cases import cases
from tests.command import PODWATCH, called, completed, run_program
from tests.fake_api import FakeApi, Reply, kubeconfig, listing, pod

ARN = "arn:aws:eks:eu-west-1:123:cluster/shop"


def config(tmp_path: Path, *contexts: str, server: str = "https://localhost:1") -> str:
    """The path of a kubeconfig with these contexts."""
    path = tmp_path / "contexts.yaml"
    path.write_text(
        json.dumps(
            {
                "kind": "Config",
                "current-context": contexts[0],
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": {}}],
                "contexts": [
                    {"name": name, "context": {"cluster": "c", "user": "u"}} for name in contexts
                ],
            }
        )
    )
    return str(path)


@cases(
    "line offered",
    {
        "a command": ("podwatch exp", ["explain", "expect"]),
        "a command behind an option": ("podwatch -n shop com", ["completion"]),
        "a kind to watch": ("podwatch deploy", ["deploy/"]),
        "a concept": ("podwatch explain crash-loop-back", ["crash-loop-back-off"]),
        "an option": ("podwatch ns --proj", ["--projector"]),
        "an option that was given": ("podwatch ns --projector --proj", []),
        "an option before the command": ("podwatch --conte", ["--context"]),
        "a lesson": ("podwatch demo crash-loop", ["crash-loop"]),
        "what to do with exercises": ("podwatch exercise st", ["start"]),
        "an exercise": ("podwatch exercise start cart-i", ["cart-image"]),
        "an exercise where none is named": ("podwatch exercise list ", []),
        "a shell": ("podwatch completion z", ["zsh"]),
        "a command to be helped with": ("podwatch help exp", ["explain", "expect"]),
        "a word to expect": ("podwatch expect pod/x --for succ", ["succeeded"]),
        "an output": ("podwatch ns -o j", ["json"]),
        "after an option's =": ("podwatch ns --output=j", ["json"]),
        "nothing that is known": ("podwatch xyzzy ", []),
    },
)
def test_it_is_offered(line: str, offered: list[str]) -> None:
    assert completed(line) == offered


@cases(
    "line directive",
    {
        "a file": ("replay ", ":0"),
        "an option's file": ("expect --junit ", ":0"),
        "more to be typed": ("expect de", ":6"),
        "no file": ("ns ", ":4"),
    },
)
def test_the_shell_is_told_what_to_do(line: str, directive: str) -> None:
    done = called("__complete", *line.split(" "))
    assert done.stdout.splitlines()[-1] == directive


def test_contexts_namespaces_and_pods_are_completed(tmp_path: Path) -> None:
    names = [{"metadata": {"name": name}} for name in ("shop", "shelf", "db")]
    namespaces = Reply([json.dumps({"items": names}).encode()])
    pods = listing(pod("web-0", 5), pod("api", 6))
    with FakeApi([pods], others={"/api/v1/namespaces": namespaces}) as api:
        env = {"KUBECONFIG": kubeconfig(tmp_path, api.url)}
        assert completed("podwatch ns --context ", **env) == ["test", "other"]
        assert completed("podwatch ns --context=", **env) == ["test", "other"]
        assert completed("podwatch ns sh", **env) == ["shop", "shelf"]
        assert completed("podwatch --namespace sh", **env) == ["shop", "shelf"]
        assert completed("podwatch pod w", **env) == ["web-0"]


@cases(
    "line offered",
    {
        "to judge": ("podwatch expect pod/w", ["pod/web-0"]),
        "to watch": ("podwatch pod/w", ["pod/web-0"]),
        "to watch, in words": ("podwatch watch po w", ["web-0"]),
        "with its namespace": ("podwatch expect shop/pod/", ["shop/pod/web-0", "shop/pod/api"]),
        "a kind in a namespace": ("podwatch expect shop/de", ["shop/deploy/"]),
        "beside another one": ("podwatch expect deploy/x pod/a", ["pod/api"]),
    },
)
def test_targets_are_completed(tmp_path: Path, line: str, offered: list[str]) -> None:
    with FakeApi([listing(pod("web-0", 5), pod("api", 6))]) as api:
        assert completed(line, KUBECONFIG=kubeconfig(tmp_path, api.url)) == offered


def test_a_name_that_would_act_is_not_offered(tmp_path: Path) -> None:
    env = {"KUBECONFIG": config(tmp_path, "good", "bad\nline", "\x1b[31mred", "\u202ereversed")}
    assert completed("podwatch ns --context ", **env) == ["good"]


def test_without_a_cluster_nothing_is_offered_and_nothing_said() -> None:
    assert completed("podwatch ns ") == []


def test_kubectl_is_told_what_completes_the_words_of_its_plugin() -> None:
    plugin = Path(PODWATCH).with_name("kubectl_complete-podwatch")
    done = run_program(plugin, "explain", "crash-loop-back")
    assert done.stdout == "crash-loop-back-off\n:4\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["^C", "SIGTERM"])
def test_a_completion_that_is_interrupted_leaves_no_key_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    mine = trustme.CA().issue_cert("me")
    certificate, key = mine.cert_chain_pems[0].bytes(), mine.private_key_pem.bytes()
    user = {
        "client-certificate-data": b64encode(certificate).decode(),
        "client-key-data": b64encode(key).decode(),
    }
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        address = f"https://127.0.0.1:{server.getsockname()[1]}"
        kubeconfig_ = kubeconfig(tmp_path, address, user=user)
        with subprocess.Popen(
            [PODWATCH, "__complete", "ns", ""],
            env=os.environ | {"KUBECONFIG": kubeconfig_, "TMPDIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            connection, _ = server.accept()  # and never an answer
            with connection:
                on_disk = {file.read_bytes() for file in folder.iterdir()}
                assert on_disk == set() if sys.platform == "linux" else key in on_disk
                process.send_signal(number)
                assert process.communicate(timeout=20)[0].strip() == b":4"
    assert list(folder.iterdir()) == []


# ── in the shells ──


def in_bash(line: str, **env: str) -> list[str]:
    """What bash puts on the command line in place of what stands behind its last word break."""
    asked = r"""
        source <("$0" completion bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
        breaks="$COMP_WORDBREAKS"
        # as readline splits: at blanks, and at the breaks, which are words of their own
        COMP_WORDS=() word= i=
        for ((i = 0; i < ${#1}; i++)); do
            char=${1:i:1}
            case $char in
                ' ') [[ -n $word ]] && COMP_WORDS+=("$word"); word= ;;
                [:=]) [[ -n $word ]] && COMP_WORDS+=("$word"); COMP_WORDS+=("$char"); word= ;;
                *) word+=$char ;;
            esac
        done
        COMP_WORDS+=("$word")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        compopt() { :; }
        __podwatch_complete
        for word in "${COMPREPLY[@]}"; do printf '%s\n' "$word"; done
    """
    path = f"{Path(PODWATCH).parent}:{os.environ['PATH']}"
    bash = str(shutil.which("bash"))
    done = run_program(bash, "--norc", "-c", asked, PODWATCH, line, PATH=path, **env)
    assert done.stderr == ""
    return done.stdout.splitlines()


@cases(
    "line offered",
    {
        "a command": ("podwatch demo crash-loo", ["crash-loop"]),
        "a context": ("podwatch ns --context a", [ARN, "a.b"]),
        "a context behind a colon": ("podwatch ns --context arn:aws:", [ARN[8:]]),
        "a context behind =": ("podwatch ns --context=a", [ARN, "a.b"]),
        "behind = and a colon": ("podwatch ns --context=arn:aws:e", [ARN[8:]]),
        "one that would run something": ("podwatch ns --context x", [r"x\$\(touch\ ran\)"]),
        "in quotation marks": ("podwatch --context 'a.b' demo crash-loo", ["crash-loop"]),
        "what the line would run is not run": ("podwatch -n $(touch${IFS}ran) demo crash-loo", []),
    },
)
def test_bash_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, offered: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"KUBECONFIG": config(tmp_path, ARN, "a.b", "x$(touch ran)")}
    found = in_bash(line, **env)
    assert found == offered or (not offered and found == ["crash-loop"])
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@cases(
    "line offered",
    {
        "a command": ("podwatch demo crash-loo", ["crash-loop"]),
        "a context": ("podwatch ns --context arn:", [ARN]),
        "a context behind =": ("podwatch ns --context=arn:", [f"--context={ARN}"]),
    },
)
def test_fish_completes(tmp_path: Path, line: str, offered: list[str]) -> None:
    path = f"{Path(PODWATCH).parent}:{os.environ['PATH']}"
    asked = "podwatch completion fish | source; complete -C $argv[1]"
    fish = str(shutil.which("fish"))
    env = {"KUBECONFIG": config(tmp_path, ARN, "other"), "HOME": str(tmp_path)}
    done = run_program(fish, "--no-config", "-c", asked, line, PATH=path, **env)
    assert [one.partition("\t")[0] for one in done.stdout.splitlines()] == offered
