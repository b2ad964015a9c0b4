"""A kind test that fails is run once more, alone, where PODWATCH_RETRY_KIND=1 asks for it.

Responsible for good work not being parked by a cluster's bad moment, and for saying so: a test
that passes then is listed as flaky, with what its failure said. A flake is a defect to mend. A
test that fails twice fails the run, and so does any failure of another test.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ASKED = "PODWATCH_RETRY_KIND"


@pytest.hookimpl(trylast=True)  # once the cluster of the first run is gone
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get(ASKED) != "1" or exitstatus != pytest.ExitCode.TESTS_FAILED or not reporter:
        return
    stats = reporter.stats
    failed = [*stats.get("failed", ()), *stats.get("error", ())]
    if not all("kind" in report.keywords for report in failed):
        return
    names = list(dict.fromkeys(report.nodeid for report in failed))
    reporter.ensure_newline()
    reporter.write_line(f"once more, alone: {len(names)} kind tests that failed")
    again, said = failing_again(session.config.rootpath, names)
    for outcome in ("failed", "error"):
        stats[outcome] = [report for report in stats.pop(outcome, ()) if report.nodeid in again]
        if not stats[outcome]:
            del stats[outcome]
    first = {report.nodeid: report for report in reversed(failed)}
    stats["flaky"] = [first[name] for name in names if name not in again]
    if again:
        reporter.write(said)
    else:
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(wrapper=True, tryfirst=True)  # after all else that is said, but for the last line
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    flaky = terminalreporter.stats.get("flaky", ())
    for report in flaky:
        terminalreporter.section(f"flaky: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
    if flaky:
        terminalreporter.write_line("flaky: " + ", ".join(report.nodeid for report in flaky))


def failing_again(root: Path, names: Sequence[str]) -> tuple[set[str], str]:
    """Which of these tests fail in a run of their own, on a cluster of its own; what it said."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-o", f"cache_dir={folder}", *names],
            cwd=root,
            env=os.environ | {ASKED: "0", "PODWATCH_REQUIRE_KIND": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        failures = Path(folder, "v", "cache", "lastfailed")
        if done.returncode == pytest.ExitCode.OK:
            return set(), done.stdout
        if done.returncode == pytest.ExitCode.TESTS_FAILED and failures.exists():
            return set(json.loads(failures.read_text("utf-8"))), done.stdout
        return set(names), done.stdout
