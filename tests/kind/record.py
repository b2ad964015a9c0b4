"""Records scenarios: `python -m tests.kind.record [--keep] [SCENARIO...]`, or `make record`.

Responsible for putting what `podwatch ns --record` saw of a performance next to its scenario,
and for saying what that shows. Without a name all scenarios are recorded.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from podwatch.errors import PodwatchError
from podwatch.scenarios import names, scenario
from tests import claims
from tests.kind.clusters import NoCluster, reused, tools
from tests.kind.stage import Performance, Unsupported, perform_all

CLUSTER = "podwatch"
AT_MOST = 4
"""So many at once: with more of them on a small machine, their pace would not be the usual one."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Record scenarios on a kind cluster.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="which; none: all")
    parser.add_argument("--keep", action="store_true", help=f"keep the cluster {CLUSTER}")
    asked = parser.parse_args()
    failed = []

    def ended(name: str, outcome: Performance | Exception) -> None:
        if isinstance(outcome, Unsupported):
            say(f"{name}: left out: {outcome}")
        elif isinstance(outcome, Exception):
            failed.append(name)
            say(f"{name}: not recorded\n  {str(outcome) or repr(outcome)}")
        else:
            shutil.copyfile(outcome.recording, outcome.scenario.recording)
            say(report(outcome))

    try:
        wanted = [scenario(name) for name in asked.scenarios or names()]
        with (
            tempfile.TemporaryDirectory() as folder,
            reused(CLUSTER, tools(), Path(folder), keep=asked.keep) as cluster,
        ):
            perform_all(wanted, cluster, Path(folder), at_most=AT_MOST, ended=ended)
    except PodwatchError as error:
        say(f"{error.message}: {error.hint}")
        return 2
    except NoCluster as error:
        say(f"there can be no recording: {error}")
        return 1
    return 1 if failed else 0


def report(performance: Performance) -> str:
    """What a performance showed, and what of it the scenario does not expect."""
    told, of = performance.told, performance.scenario
    seen = Counter(line["concept"] for line in told if line["concept"])
    size = of.recording.stat().st_size / 1024
    lines = [f"{of.name}: {performance.seconds:.0f} s, {size:.0f} KiB"]
    lines += [f"  {count:4} {concept}" for concept, count in sorted(seen.items())]
    lines += [f"  no concept: {line}" for line in claims.unexplained(told)]
    lines += [f"  neither must nor may: {line}" for line in claims.unexpected(of, told)]
    lines += [f"  order: {line}" for line in claims.out_of_order(of, told)]
    return "\n".join(lines)


def say(text: str) -> None:
    """Print it at once: this takes minutes."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
