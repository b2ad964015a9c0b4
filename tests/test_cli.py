"""The command line as its users meet it: help, bad input, exit codes, the way out."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from podwatch import __version__
from podwatch.scenarios import scenario
from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths
from tests.cases import cases
from tests.command import PODWATCH, called, run, run_program
from tests.fake_api import FakeApi, event, kubeconfig, listing, pod, status, watching


def test_help_names_every_command() -> None:
    done = called("--help")
    assert done.returncode == 0
    for command in ("ns", "pod", "replay", "demo", "explain"):
        assert f"\n  {command} " in done.stdout


def test_the_version_is_the_packages() -> None:
    assert called("--version").stdout == f"podwatch {__version__}\n"


def test_the_package_is_the_program() -> None:
    done = run_program(sys.executable, "-m", "podwatch", "--version")
    assert done.stdout == f"podwatch {__version__}\n"


def test_bare_podwatch_without_a_kubeconfig_begins_with_the_demo() -> None:
    said = called().stdout
    assert "no kubeconfig" in said
    assert "podwatch demo" in said
    assert "podwatch ns " not in said


def test_bare_podwatch_with_a_kubeconfig_begins_with_the_live_watch(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text("kind: Config\n")
    said = called(KUBECONFIG=str(kubeconfig)).stdout
    assert said.index("podwatch ns ") < said.index("podwatch demo")


def test_as_a_plugin_it_calls_itself_kubectl_podwatch() -> None:
    done = run_program(Path(PODWATCH).with_name("kubectl-podwatch"), "ns", "--help")
    assert done.stdout.startswith("Usage: kubectl podwatch ns ")
    assert "\n  kubectl podwatch ns shop db " in done.stdout


@cases(
    "arguments code said",
    {
        "a typo offers the command": (["nss"], 2, "ns"),
        "not a duration": (["ns", "--timeout", "soon"], 2, "write 500ms, 90s, 5m or 1h30m"),
        "namespaces and all of them": (["ns", "a", "-A"], 2, "not both"),
        "a namespace without a name": (["ns", ""], 2, "not a valid name"),
        "a Pod without a name": (["pod", "pod/"], 2, "podwatch ns"),
        "redacting no recording": (["ns", "--redact-messages"], 2, "--record"),
        "no name of a namespace": (["ns", "Foo_"], 2, "lower-case"),
        "a path instead of a namespace": (["ns", "../x"], 2, "lower-case"),
        "no name of a Pod": (["pod", "a b"], 2, "lower-case"),
        "no time": (["ns", "--timeout", "0"], 2, "not longer than zero"),
        "no kubeconfig": (["ns"], 5, "podwatch demo"),
        "no kubeconfig for one Pod": (["pod", "x"], 5, "podwatch demo"),
        "a lesson's name mistyped": (["demo", "cras-loop"], 2, "crash-loop"),
        "a lesson to list": (["demo", "cras-loop", "--list"], 2, "crash-loop"),
        "a dashboard in a pipe": (["demo", "-o", "dashboard"], 2, "-o lines"),
        "a projector in a pipe": (["demo", "--projector"], 2, "without -o"),
        "a term that nobody knows": (["explain", "xyzzy"], 2, "podwatch explain names all"),
        "a file that is not there": (["replay", "/nonexistent"], 6, "can't be read"),
        "a folder instead of a file": (["replay", "/"], 6, "directory"),
        "a foreign file": (["replay", __file__], 6, "not a recording"),
        "no size": (["replay", "x", "--size", "9"], 2, "110x34"),
        "a moment of no still": (["replay", "x", "--at", "3"], 2, "--snapshot"),
        "a still and a film": (
            ["replay", "x", "--snapshot", "a.svg", "--cast", "b.cast"],
            2,
            "exclude each other",
        ),
        "no lines": (["replay", "x", "--snapshot", "a.svg", "-o", "json"], 2, "leave it out"),
        "a still's": (["replay", "x", "--snapshot", "a.svg", "--speed", "2"], 2, "no speed"),
        "nobody at a still": (
            ["demo", "--snapshot", "a.svg", "--paced"],
            2,
            "nobody has to be waited for",
        ),
        "nobody in a pipe": (["demo", "--paced"], 2, "nobody can be waited for"),
        "no moment": (["replay", "x", "--snapshot", "a.svg", "--at", "inf"], 2, "--at"),
        "minutes or seconds": (["ns", "--timeout", "1h30"], 2, "not a duration"),
        "too long a time": (["ns", "--timeout", "9999999h"], 2, "1000 days"),
        "no cluster": (["explain", "pod/x", "--recording", "x", "--context", "y"], 2, "need no"),
        "a live png": (["ns", "--snapshot", "a.png"], 2, ".svg, .html or .txt"),
    },
)
def test_bad_input_is_named_with_what_to_do(arguments: list[str], code: int, said: str) -> None:
    done = called(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "command",
    ["demo -o lines | head -n 1", " | true", "--help | true", "replay /nonexistent 2>&1 | true"],
)
def test_a_broken_pipe_ends_in_silence_and_is_no_failed_expectation(command: str) -> None:
    done = run_program("/bin/bash", "-c", f'"$0" {command}; echo ${{PIPESTATUS[0]}}', PODWATCH)
    # What fits into the pipe before its reader is gone is no broken one.
    assert done.stdout.splitlines()[-1] in {"6" if "replay" in command else "0", "141"}
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("demo fast-pod >&-", 0),
        ("demo fast-pod 2>&-", 0),
        ("expect pod/x - <&-", 2),
        ("explain -f - <&-", 6),
        ("explain nonsense 2>/dev/full", 2),
    ],
)
def test_a_stream_that_is_closed_is_no_defect(command: str, code: int) -> None:
    done = run_program("/bin/bash", "-c", f'"$0" {command}', PODWATCH)
    assert done.returncode == code
    assert "defect" not in done.stderr


@pytest.mark.parametrize("option", ["--snapshot", "--cast"])
def test_a_recording_is_not_written_over_by_its_picture(tmp_path: Path, option: str) -> None:
    recording = tmp_path / "run.txt"
    before = scenario("fast-pod").recording.read_bytes()
    recording.write_bytes(before)
    (tmp_path / "other.txt").symlink_to(recording)
    done = called("replay", str(recording), option, str(tmp_path / "other.txt"))
    assert (done.returncode, recording.read_bytes()) == (2, before)
    assert "are the same file" in done.stderr


def test_a_live_recording_is_not_written_over_by_its_picture(tmp_path: Path) -> None:
    file = str(tmp_path / "run.txt")
    done = called("ns", "--record", file, "--snapshot", file)
    assert done.returncode == 2
    assert "are the same file" in done.stderr


def test_a_kubeconfig_in_a_folder_that_can_not_be_entered_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may enter every folder, so the system's refusal is made here."""

    def refused(path: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "stat", refused)
    assert not exists(tmp_path / "config")
    assert kubeconfig_paths(str(tmp_path / "config")) == (tmp_path / "config",)


def test_a_kubeconfig_may_come_through_a_pipe(tmp_path: Path) -> None:
    with FakeApi([listing(pod("web", 5))]) as api:
        config = kubeconfig(tmp_path, api.url)
        command = '"$0" ns shop --kubeconfig <(cat "$1") --snapshot "$2"'
        done = run_program("/bin/bash", "-c", command, PODWATCH, config, tmp_path / "now.txt")
    assert done.returncode == 0, done.stderr
    assert "web" in (tmp_path / "now.txt").read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("arguments", ["demo -o lines", "demo -o json", "explain", "", "--help"])
def test_output_that_cannot_be_written_is_no_defect(arguments: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [PODWATCH, *arguments.split()], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 6
    assert b"standard output can't be written: No space left on device" in done.stderr
    assert done.stderr.count(b"\n") == 2


def test_an_encoding_without_arrows_is_written_with_question_marks() -> None:
    done = run("demo", "crash-loop", "--detail", "all", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "waiting ? running" in done.stdout


def test_what_is_printed_is_buffered_even_if_python_is_told_not_to() -> None:
    """Python drops what a full pipe does not take of an unbuffered piece."""
    program = (
        "import sys\nfrom podwatch.cli import main\nsys.argv = ['podwatch', '--version']\n"
        "try: main()\nexcept SystemExit: print(type(sys.stdout.buffer).__name__)"
    )
    done = run_program(sys.executable, "-c", program, PYTHONUNBUFFERED="1")
    assert done.stdout == f"podwatch {__version__}\nBufferedWriter\n"


def test_the_demo_ends_with_exit_code_0_and_says_what_happened() -> None:
    done = called("demo")
    assert done.returncode == 0, done.stderr
    assert " created: " in done.stdout


def test_a_truncated_recording_plays_what_precedes_the_cut(tmp_path: Path) -> None:
    whole = scenario("overview").recording.read_bytes()
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(whole[: len(whole) // 2])
    done = called("replay", str(cut))
    assert done.returncode == 6
    assert " created: " in done.stdout
    assert "in the middle of it" in done.stderr
    for option, name in (("--snapshot", "still.txt"), ("--cast", "film.cast")):
        made = tmp_path / name
        assert called("replay", str(cut), option, str(made), "--size", "80x24").returncode == 6
        assert "report-" in made.read_text("utf-8")


def test_a_replay_as_lines_waits_at_its_pace_without_spending_time() -> None:
    began, began_cpu = time.monotonic(), time.process_time()
    done = called("demo", "scaling", "-o", "lines", "--speed", "2")
    assert done.returncode == 0, done.stderr
    took = time.monotonic() - began
    assert took > 2
    assert time.process_time() - began_cpu < took / 5


def test_a_still_is_written(tmp_path: Path) -> None:
    still = tmp_path / "still.svg"
    recording = str(scenario("overview").recording)
    done = called("replay", recording, "--snapshot", str(still), "--at", "10")
    assert done.returncode == 0, done.stderr
    assert still.read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    "command", [["demo", "crash-loop"], ["replay", str(scenario("crash-loop").recording)]]
)
def test_a_still_of_the_projector_is_written(tmp_path: Path, command: list[str]) -> None:
    still = tmp_path / "still.txt"
    done = called(*command, "--projector", "--snapshot", str(still), "--at", "10")
    assert done.returncode == 0, done.stderr
    assert "████" in still.read_text("utf-8")


def test_a_film_is_written(tmp_path: Path) -> None:
    film = tmp_path / "film.cast"
    recording = str(scenario("fast-pod").recording)
    done = called("replay", recording, "--cast", str(film), "--size", "80x24", "--speed", "9")
    assert done.returncode == 0, done.stderr
    assert json.loads(film.read_text("utf-8").splitlines()[0])["width"] == 80


@pytest.mark.parametrize(("more", "shown"), [([], "web-0"), (["--projector"], "████")])
def test_a_still_of_a_live_namespace_is_written_and_the_watch_ends(
    tmp_path: Path, more: list[str], shown: str
) -> None:
    still = tmp_path / "now.txt"
    with FakeApi([listing(pod("web-0", 1))]) as api:
        config = kubeconfig(tmp_path, api.url)
        done = run("ns", "--snapshot", str(still), "--timeout", "50s", *more, KUBECONFIG=config)
    assert done.returncode == 0, done.stderr
    assert shown in still.read_text("utf-8")


# ── a whole watch, against a server that plays its part ──


@contextmanager
def running(
    *arguments: str, until: str, config: str
) -> Iterator[tuple["subprocess.Popen[str]", list[str]]]:
    """A watch that has said `until`, and its lines so far."""
    with subprocess.Popen(
        [PODWATCH, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "KUBECONFIG": config},
    ) as process:
        assert process.stdout is not None
        last_resort = threading.Timer(60, process.kill)
        last_resort.start()
        try:
            lines: list[str] = []
            while until not in (line := process.stdout.readline()):
                assert line, f"it ended without {until!r}: {lines}"
                lines.append(line)
            yield process, [*lines, line]
        finally:
            last_resort.cancel()
            process.kill()


def test_a_watch_shows_who_was_there_and_what_happens(tmp_path: Path) -> None:
    lists = [listing(pod("web-0", 5))]
    watches = [watching(event("ADDED", pod("api", 101)), ending="hang")]
    recording = tmp_path / "run.jsonl"
    options = ("-o", "json", "--record", str(recording))
    with (
        FakeApi(lists, watches, only="/pods") as api,
        running("ns", *options, until='"transition"', config=kubeconfig(tmp_path, api.url)) as (
            process,
            lines,
        ),
    ):
        process.terminate()
        assert process.wait(5) == 143
        assert process.stdout is not None
        lines.extend(process.stdout.readlines())
    said = [json.loads(line) for line in lines]
    seen = [(line["name"], line["type"], line["initial"]) for line in said if "ready" in line]
    assert seen == [("web-0", "ADDED", True), ("api", "ADDED", False)]
    told = [line for line in said if line["kind"] == "transition"]
    assert (told[0]["name"], told[0]["concept"]) == ("api", "created")
    replayed = run("replay", str(recording), "-o", "json").stdout
    assert replayed.startswith("".join(lines))  # what was recorded last may not have been shown


def test_one_pod_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    with (
        FakeApi([listing()]) as api,
        running("pod", "web-0", until="waiting", config=kubeconfig(tmp_path, api.url)) as (
            _,
            lines,
        ),
    ):
        assert "shop/web-0 does not exist yet: waiting for it" in lines[-1]
        asked = {request.query.get("fieldSelector") for request in api.requests}
    assert "metadata.name=web-0" in asked


def test_a_time_out_before_the_cluster_has_answered_is_no_success(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, "http://127.0.0.1:1")
    done = run("ns", "--timeout", "1s", KUBECONFIG=config)
    assert done.returncode == 5
    assert "did not answer within 1 s" in done.stderr


def test_a_time_out_ends_a_watch_with_exit_code_0(tmp_path: Path) -> None:
    with FakeApi([listing()]) as api:
        done = run("ns", "--timeout", "1s", KUBECONFIG=kubeconfig(tmp_path, api.url))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["^C", "SIGTERM"]
)
def test_a_signal_ends_a_silent_watch_at_once(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with (
        FakeApi([listing(pod("web-0", 5))]) as api,
        running("ns", "-o", "lines", until="watching", config=kubeconfig(tmp_path, api.url)) as (
            process,
            _,
        ),
    ):
        process.send_signal(number)
        assert process.wait(5) == code


def before_others(folder: Path) -> dict[str, str]:
    """The variable that makes Python import from this folder first."""
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_an_interrupt_ends_a_start_in_silence(tmp_path: Path) -> None:
    """It falls into the import of Typer, the longest part of a start."""
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = run("--help", **before_others(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_interrupt_is_not_lost_in_a_callback_of_an_import(tmp_path: Path) -> None:
    (tmp_path / "lessons.py").write_text(LOSES_AN_INTERRUPT)
    program = (
        "import threading\nfrom podwatch.cli.exits import guarded\n"
        "def command():\n  import lessons\n  print('imported', flush=True)\n"
        "  return int(threading.Event().wait(20))\n"
        "try: guarded(command)()\n"
        "except Exception as leaving: raise SystemExit(leaving.exit_code)\n"
    )
    done = run_program(sys.executable, "-c", program, **before_others(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (130, "imported\n", "")


LOSES_AN_INTERRUPT = """
import os, signal, weakref
class Lock: pass
lock = Lock()
gone = weakref.ref(lock, lambda _: os.kill(os.getpid(), signal.SIGINT))
del lock
"""


AT_ONCE = 0.5
"""Seconds within which a watch is gone after a signal."""


@contextmanager
def idle() -> Iterator[tuple[str, Callable[[], bool]]]:
    """A server's address, and whether podwatch is at the point that the name says."""
    with FakeApi() as api:
        yield api.url, lambda: bool(api.watches)


@contextmanager
def waiting_for_headers() -> Iterator[tuple[str, Callable[[], bool]]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        accepted = []

        def reached() -> bool:
            with suppress(BlockingIOError):
                accepted.append(server.accept())
            return bool(accepted)

        yield f"http://127.0.0.1:{server.getsockname()[1]}", reached


@contextmanager
def connecting() -> Iterator[tuple[str, Callable[[], bool]]]:
    """A server whose queue is full, so that the kernel answers nobody."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = server.getsockname()[1]
        for _ in range(8):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        sent = f"0100007F:{port:04X} 02"  # in the state SYN_SENT
        others = Path("/proc/net/tcp").read_text().count(sent)
        yield (
            f"http://127.0.0.1:{port}",
            lambda: Path("/proc/net/tcp").read_text().count(sent) > others,
        )


@contextmanager
def backing_off() -> Iterator[tuple[str, Callable[[], bool]]]:
    with FakeApi([status(503, "ServiceUnavailable", "down")]) as api:
        yield api.url, lambda: len(api.requests) > 3


@contextmanager
def resolving() -> Iterator[tuple[str, Callable[[], bool]]]:
    """A name server that never answers is played by the program itself."""
    yield "http://never.invalid", lambda: True


STUCK_IN_RESOLVING = """
import socket, threading
socket.getaddrinfo = lambda *_, **__: (print("here", flush=True), threading.Event().wait())
from podwatch.cli import main
main()
"""


Waiting = Callable[[], AbstractContextManager[tuple[str, Callable[[], bool]]]]


@pytest.mark.skipif(sys.platform != "linux", reason="one state is read from Linux's /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["^C", "SIGTERM"])
@pytest.mark.parametrize("state", [idle, waiting_for_headers, connecting, backing_off, resolving])
def test_a_watch_is_gone_at_once_whatever_it_waits_for(
    tmp_path: Path, state: Waiting, number: signal.Signals
) -> None:
    # A busy machine may keep it from running at all, but hardly three times.
    assert any(seconds_to_leave(tmp_path, state, number) < AT_ONCE for _ in range(3))


def seconds_to_leave(folder: Path, state: Waiting, number: signal.Signals) -> float:
    stuck = [sys.executable, "-c", STUCK_IN_RESOLVING]
    with state() as (address, reached):
        process = subprocess.Popen(
            [*(stuck if state is resolving else [PODWATCH]), "ns", "-o", "lines"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "KUBECONFIG": kubeconfig(folder, address)},
        )
        with process:
            if state is resolving:
                assert process.stdout is not None
                assert process.stdout.readline() == b"here\n"
            deadline = time.monotonic() + 30
            while not reached():
                assert time.monotonic() < deadline
                time.sleep(0.01)
            started = time.monotonic()
            process.send_signal(number)
            process.wait(10)
    assert process.returncode == 128 + number
    return time.monotonic() - started


BY_FORCE = [signal.SIGKILL] if sys.platform == "linux" else []
"""What leaves no time to clean up: where files can be in memory only."""


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGHUP, *BY_FORCE], ids=str)
def test_no_key_of_the_kubeconfig_is_left_behind(
    tmp_path: Path, number: signal.Signals | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = trustme.CA().issue_cert("me")
    keys = {
        "clientCertificateData": mine.cert_chain_pems[0].bytes().decode(),
        "clientKeyData": mine.private_key_pem.bytes().decode(),
    }
    login = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "echo",
        "args": [json.dumps({"kind": "ExecCredential", "status": keys})],
    }
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    with FakeApi([listing()], tls=["127.0.0.1"]) as api:
        config = kubeconfig(tmp_path, api.url, user={"exec": login})
        with running("ns", "--timeout", "2s", until="watching", config=config) as (process, _):
            on_disk = list(folder.iterdir())
            assert (on_disk == []) is (sys.platform == "linux")  # elsewhere until it ends
            if number is not None:
                process.send_signal(number)
            process.wait(10)
    assert list(folder.iterdir()) == []
