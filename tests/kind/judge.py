"""Judge workloads beside kubectl on a kind cluster: `python -m tests.kind.judge [WORKLOAD ...]`.

What comes out is printed as it comes, the table of all at the end. `--keep-recordings` puts what
podwatch saw beside the workload's file, for the tests that need no cluster.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.kind.clusters import NoCluster, reused, tools
from tests.kind.stage import podwatch
from tests.kind.verdict_runs import Run, perform_all, table
from tests.kind.verdicts import FOLDER, names, workload


def main() -> int:
    parser = argparse.ArgumentParser(description="Judge workloads beside kubectl.")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="which; none: all")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--cluster", default="podwatch-verdicts", help="made if it is missing")
    parser.add_argument("--keep", action="store_true", help="keep the cluster")
    parser.add_argument("--keep-recordings", action="store_true")
    asked = parser.parse_args()
    chosen = [workload(name) for name in asked.workloads or names()]
    try:
        with (
            tempfile.TemporaryDirectory() as text,
            reused(asked.cluster, tools(), Path(text), keep=asked.keep) as cluster,
            podwatch(
                "verdicts", ["ns", "-A"], cluster.kubeconfig_path, Path(text, "errors")
            ) as watch,
        ):
            watch.until_listed()
            runs = perform_all(chosen, asked.times, cluster, watch, Path(text), ended=tell)
            for one in runs if asked.keep_recordings else ():
                shutil.copyfile(one.recording, FOLDER / f"{one.workload.name}.jsonl")
    except NoCluster as error:
        say(f"there can be no run: {error}")
        return 1
    say("\n".join(table(runs)))
    return 0 if all(one.good for one in runs) else 1


def tell(run: Run) -> None:
    """Print what came out of one run."""
    say(f"{'✔' if run.good else '✖'} {run.workload.name} {run.number}: {run.said}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
