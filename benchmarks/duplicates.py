"""How much faster near-copies are found than by comparing every pair: `python -m benchmarks.duplicates [COUNT]`."""

import sys
import time

import numpy as np

from detector.data.duplicates import DISTANCE, close_pairs


def main(count: int) -> None:
    """Print both times, and that both found the same pairs."""
    random = np.random.default_rng(0)
    hashes = random.integers(0, 2**64, count, np.uint64)
    hashes[: count // 50] = hashes[-(count // 50) :] ^ np.uint64(0b1011)  # copies, three bits off
    start = time.process_time()
    pairs = {tuple(sorted(pair)) for part in close_pairs(hashes, DISTANCE, np.arange(count)) for pair in part.T.tolist()}
    ours = time.process_time() - start
    plain = hashes.tolist()
    start = time.process_time()
    slow = {
        (at, other)
        for at, one in enumerate(plain)
        for other in range(at + 1, count)
        if (one ^ plain[other]).bit_count() <= DISTANCE
    }
    brute = time.process_time() - start
    same = "the same" if pairs == slow else "OTHER"
    print(
        f"{count:,} hashes: {ours:.3f} s against {brute:.1f} s for every pair, {brute / ours:.0f} times; {same} {len(slow)} pairs"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
