"""The figures of Kizuki, measured and printed as a table; each beside something run at the same time.

`kizuki bench` runs all of them, `kizuki bench --quick` shorter. Machines are noisy: read the ratios.
"""

import argparse
import sys
from collections.abc import Callable

from tests.figures import agenda, delivery, documents, footprint, intake, month, reading, timekeeping

FIGURES: tuple[Callable[[bool], list[tuple[str, str, str, bool]]], ...] = (
    intake.measure,
    footprint.measure,
    agenda.measure,
    reading.measure,
    timekeeping.measure,
    delivery.measure,
    documents.measure,
    month.measure,
)


def main() -> int:
    """Measure, print the table, and give 1 when a figure is missed."""
    parser = argparse.ArgumentParser(prog="kizuki bench")
    parser.add_argument("--quick", action="store_true")
    is_quick = parser.parse_args().quick
    is_met = True
    for figure in FIGURES:
        for name, measured, wanted, met in figure(is_quick):
            sys.stdout.write(f"{'ok ' if met else 'NOT'}  {name:58} {measured:38} {wanted}\n")
            sys.stdout.flush()
            is_met = is_met and met
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
