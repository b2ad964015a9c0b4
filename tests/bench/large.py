"""Many Pods in one namespace: how soon they are on the screen, and in how much memory.

Targets: 10,000 Pods within 1.5 s of the first byte of the list, in at most 130 MB at the peak;
200 Pods in at most 60 MB.
"""

import sys
from statistics import median

from tests.bench.watching import watching

ROUNDS = 3
PODS = 10_000
SECONDS = 1.5
MEGABYTES = {200: 60, PODS: 130}


def main() -> int:
    """Measure, print, say whether the targets hold."""
    failed = False
    for pods, target in MEGABYTES.items():
        runs = [watching(pods) for _ in range(ROUNDS)]
        peak = median(run.peak for run in runs)
        failed |= peak > target
        print(f"{pods} Pods, peak memory {peak:.0f} MB (target {target})")
    shown = median(run.shown for run in runs)
    print(f"{PODS} Pods on the screen {shown:.2f} s after the first byte (target {SECONDS})")
    return int(failed or shown > SECONDS)


if __name__ == "__main__":
    sys.exit(main())
