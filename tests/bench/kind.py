"""`podwatch expect` beside `kubectl wait` on a kind cluster: `make bench-kind`.

Each workload of `workloads/` is applied in a namespace of its own; then both are started at
the same moment, with 60 seconds. The table says when each ended, and how long after the
decisive item (or the end of its grace) podwatch's verdict was printed. `--keep-recordings` puts
what podwatch saw beside the workloads, for the tests.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pytest_kind import KindCluster

from tests.command import PODWATCH
from tests.kind.clusters import NoCluster, reused, tools
from tests.kind.stage import apply

WORKLOADS = Path(__file__).parent / "workloads"
CONDITIONS = {"pod": "Ready", "deployment": "Available", "job": "Complete"}
SECONDS = 60
BROKEN_WITHIN = 2.0
HEALTHY_WITHIN = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """One workload: exit codes, seconds from the common start, podwatch's own line."""

    name: str
    verdict: dict[str, object]
    exit_code: int
    podwatch: float
    lag: float
    kubectl_code: int
    kubectl: float
    replays: bool

    @property
    def healthy(self) -> bool:
        return self.name.startswith("healthy")

    @property
    def good(self) -> bool:
        """Whether it is as fast as podwatch promises, and right."""
        if not self.replays or (self.exit_code == 0) is not self.healthy:
            return False
        if self.healthy:
            return self.podwatch - self.kubectl <= HEALTHY_WITHIN
        return self.exit_code == 1 and self.lag <= BROKEN_WITHIN


def target_of(workload: Path) -> str:
    """The object of the workload that is judged."""
    kind = [
        line.split()[1]
        for line in workload.read_text("utf-8").splitlines()
        if line.startswith("kind:") and line.split()[1] not in {"ResourceQuota", "LimitRange"}
    ]
    return f"{kind[0].lower()}/app"


def measured(workload: Path, cluster: KindCluster, folder: Path) -> Run:
    """Apply it, wait for it in both ways, and take it away."""
    name, target = workload.stem, target_of(workload)
    namespace = f"bench-{name}"
    kubectl = [str(cluster.kubectl_path), "--kubeconfig", str(cluster.kubeconfig_path)]

    def run(*arguments: str) -> None:
        subprocess.run([*kubectl, *arguments], check=True, capture_output=True)

    run("create", "namespace", namespace)
    try:
        apply(cluster, workload, "-n", namespace)
        condition = CONDITIONS.get(target.partition("/")[0])
        wait = ["wait", f"--for=condition={condition}", target, f"--timeout={SECONDS}s"]
        if condition is None:
            wait = ["rollout", "status", target, f"--timeout={SECONDS}s"]
        recording = folder / f"{name}.jsonl"
        expect = [PODWATCH, "expect", target, "-n", namespace, "-o", "json"]
        expect += ["--timeout", str(SECONDS), "--kubeconfig", str(cluster.kubeconfig_path)]
        expect += ["--record", str(recording)]
        with ThreadPoolExecutor(2) as pool:
            start = time.monotonic()
            theirs = pool.submit(timed, [*kubectl, "-n", namespace, *wait], start)
            ours = pool.submit(timed, expect, start)
            code, seconds, out, ended = ours.result()
            their_code, their_seconds, _, _ = theirs.result()
    finally:
        run("delete", "namespace", namespace, "--wait=false")
    verdict = json.loads(out)
    again = [PODWATCH, "expect", target, "-n", namespace, "-o", "json", "--timeout", str(SECONDS)]
    _, _, replayed, _ = timed([*again, "--replay", str(recording)], start)
    same = json.loads(replayed)
    lag = (ended - datetime.fromisoformat(verdict["at"])).total_seconds()
    return Run(
        name=name,
        verdict=verdict,
        exit_code=code,
        podwatch=seconds,
        lag=lag,
        kubectl_code=their_code,
        kubectl=their_seconds,
        replays=(same["outcome"], same["t"]) == (verdict["outcome"], verdict["t"]),
    )


def timed(command: list[str], start: float) -> tuple[int, float, str, datetime]:
    """Run it: exit code, seconds since `start`, what it printed, and when it ended."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, time.monotonic() - start, done.stdout, datetime.now(UTC)


def row(run: Run) -> str:
    """One line of the table."""
    kubectl = f"{run.kubectl:.1f} s (exit {run.kubectl_code})"
    ours = f"{run.podwatch:.1f} s (exit {run.exit_code})"
    mark = "" if run.good else " ✖"
    return (
        f"| {run.name} | {kubectl} | {ours} | {run.lag:.2f} s | "
        f"{'same' if run.replays else 'OTHER'} |{mark} {run.verdict['sentence']}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="podwatch expect beside kubectl wait.")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="which; none: all")
    parser.add_argument("--cluster", default="podwatch-bench", help="made if it is missing")
    parser.add_argument("--keep", action="store_true", help="keep the cluster")
    parser.add_argument("--keep-recordings", action="store_true")
    parser.add_argument("--at-once", type=int, default=3)
    asked = parser.parse_args()
    chosen = [
        path
        for path in sorted(WORKLOADS.glob("*.yaml"))
        if not asked.workloads or path.stem in asked.workloads
    ]
    runs = []
    try:
        with (
            tempfile.TemporaryDirectory() as text,
            reused(asked.cluster, tools(), Path(text), keep=asked.keep) as cluster,
            ThreadPoolExecutor(asked.at_once) as pool,
        ):
            print("| workload | kubectl wait | podwatch expect | after the cause | replay |")
            print("|---|---|---|---|---|")
            folder = Path(text)
            for run in pool.map(lambda path: measured(path, cluster, folder), chosen):
                print(row(run), flush=True)
                runs.append(run)
                if asked.keep_recordings:
                    shutil.copyfile(folder / f"{run.name}.jsonl", WORKLOADS / f"{run.name}.jsonl")
    except NoCluster as error:
        print(f"there can be no measurement: {error}")
        return 1
    return 0 if all(run.good for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
