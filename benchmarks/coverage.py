"""How often a 95 % interval holds the true value: 2,000 simulated tests a row, with and without groups of images.

python -m benchmarks.coverage [DRAWS]

Scores are normal, 1.5 standard deviations apart, and squeezed into 0 … 1 with too much confidence; the images of a group are
of one class and share half of their variance. The truth is that of four million images. A row of tests runs in a process each.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from detector.evaluation.metrics import Metrics, evaluate
from detector.evaluation.prevalence import worth
from detector.evaluation.sample import Floats, Ints
from detector.evaluation.terms import TERMS

DISTANCE, STEEPNESS, KINSHIP = 1.5, 3.0, 0.5
CASES = ((100, 1), (100, 4), (400, 1), (400, 4))
"""Images of a test, and images of a group."""
EXTRA = ("ppv at 10 %", "npv at 10 %")


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    true = truth()
    columns = [f"n={n}" if size == 1 else f"n={n}, groups of {size}" for n, size in CASES]
    found = []
    with ProcessPoolExecutor() as pool:
        for column, (n, size) in zip(columns, CASES, strict=True):
            jobs = [pool.submit(covered, n, size, true, part) for part in np.array_split(range(draws), 20)]
            found.append(sum((job.result() for job in jobs), Counter()))
            print(column, {name: round(100 * found[-1][name] / draws, 1) for name in true}, file=sys.stderr, flush=True)
    print(
        f"Share of {draws:,} tests whose 95 % interval holds the truth, in per cent (± {100 * (0.05 * 0.95 / draws) ** 0.5:.1f})"
    )
    print("| Metric | true value | " + " | ".join(columns) + " |")
    print("|---" * (2 + len(columns)) + "|")
    for name, value in true.items():
        print(f"| {name} | {value:.3f} | " + " | ".join(f"{100 * case[name] / draws:.1f}" for case in found) + " |")


def truth(images: int = 4_000_000) -> dict[str, float]:
    """The value of each number for very many images."""
    labels, scores, _ = simulated(np.random.default_rng(99), images, 1)
    return {name: value for name, value, _ in numbers(evaluate(labels, scores))}


def covered(n: int, size: int, true: dict[str, float], seeds: Iterable[int], groups: bool = True) -> "Counter[str]":
    """In how many tests, one a seed, the interval of each number holds the truth; `groups` may be kept from the metrics."""
    hits: Counter[str] = Counter()
    for seed in seeds:
        labels, scores, group = simulated(np.random.default_rng([n, size, seed]), n, size)
        for name, _, (low, high) in numbers(evaluate(labels, scores, groups=group if groups and size > 1 else None)):
            hits[name] += low <= true[name] <= high
    return hits


def simulated(random: np.random.Generator, n: int, size: int) -> tuple[Ints, Floats, Ints]:
    """Labels, scores and groups of one test."""
    group = np.arange(n) // size
    labels = random.integers(0, 2, group[-1] + 1)[group]
    noise = KINSHIP**0.5 * random.normal(size=group[-1] + 1)[group] + (1 - KINSHIP) ** 0.5 * random.normal(size=n)
    return labels, 1 / (1 + np.exp(-STEEPNESS * (DISTANCE * (labels - 0.5) + noise))), group.astype(np.int64)


def numbers(metrics: Metrics) -> list[tuple[str, float, tuple[float, float]]]:
    """Name, value and interval of everything that has an interval."""
    found = [(name, getattr(metrics, name), metrics.intervals[name]) for name in TERMS if name in metrics.intervals]
    if there := worth(metrics, 0.1):
        found += [(EXTRA[0], there.ppv or 0.0, there.ppv_interval), (EXTRA[1], there.npv or 0.0, there.npv_interval)]
    return found


if __name__ == "__main__":
    main()
