"""What the torture scripts share: options, seeded rounds in a sandbox of their own, and a verdict."""

import argparse
import pathlib
import random
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))

from harness import Sandbox, of_kind  # noqa: E402,F401


class Failure(AssertionError):
    """A promise that was broken."""


def arguments(about):
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=about, formatter_class=layout)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None, help="the first round's seed (default: a new one)")
    parser.add_argument("--folder", default=None, help="where to work (the temporary folder)")
    return parser


def run(options, play):
    """Plays each round in a new sandbox; returns how many failed."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 31)
    failed = 0
    for number in range(options.rounds):
        with Sandbox(options.folder) as box:
            try:
                told = play(box, random.Random(seed + number), options)
                print(f"round {number + 1} of {options.rounds}, seed {seed + number}: {told}", flush=True)
            except (AssertionError, OSError, KeyError, ValueError) as failure:
                failed += 1
                print(f"round {number + 1}, seed {seed + number}: FAILED: {failure}", flush=True)
                if not isinstance(failure, Failure):
                    traceback.print_exc()
                for log in sorted(box.folder.glob("**/*.err")):
                    print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
    return failed


def report(failed):
    print("FAILED" if failed else "every promise held")
    sys.exit(1 if failed else 0)
