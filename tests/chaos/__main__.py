"""`python -m tests.chaos`: follow a server that fails at random, and compare."""

import argparse
import sys

from tests.chaos.run import chaos


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many runs")
    parser.add_argument("--first", type=int, default=1, help="the first run's seed")
    parser.add_argument("--seconds", type=float, default=20, help="how long each run is")
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.first, options.first + options.seeds):
        result = chaos(seed, options.seconds)
        print(result.report(), flush=True)
        wrong += not result.flawless
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
