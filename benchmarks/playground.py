"""A move of the playground's slider to its score and map: the page's way, against asking for each strength by itself.

python -m benchmarks.playground [--weights lab] [--kind blur] [--picture PATH] [--rounds 5]

Ours changes the picture to all strengths, runs the network on them in batches, and keeps what it said; moving the slider is then
a look-up. The naive way changes the picture and explains it at every move. A hand moves to each strength and back again.
Processor time of all threads, since the clock also counts what else the machine does.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from PIL import Image

from detector.data.images import open_image
from detector.evaluation.perturbations import KINDS
from detector.labels import AI
from detector.playground.answers import Known
from detector.playground.edits import working_copy
from detector.playground.strengths import at_notch, notches
from detector.playground.sweep import sweep
from detector.predict import Predictor
from detector.samples import SAMPLES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", default="lab")
    parser.add_argument("--kind", default="blur", choices=list(KINDS))
    parser.add_argument("--picture", type=Path, help="a picture of your own (default: a lab sample)")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    predictor = Predictor.load(arguments.weights, device="cpu")
    image = open_image(arguments.picture) if arguments.picture else sample()
    image = working_copy(image)
    places = notches(arguments.kind)
    moves = [*places, *places[-2::-1]]

    def naive() -> None:
        for strength in moves:
            predictor.explain(at_notch(image, arguments.kind, strength), AI, signed=True)

    def first() -> None:
        sweep(predictor, image, arguments.kind, {})

    def ours() -> None:
        found = sweep(predictor, image, arguments.kind, {})
        for strength in moves:
            found.at(strength)

    known: Known = {}
    kept = sweep(predictor, image, arguments.kind, known)
    times: dict[str, list[tuple[float, float]]] = {"naive": [], "first": [], "ours": [], "move": []}
    naive()  # warms up
    for _ in range(arguments.rounds):
        times["naive"].append(seconds(naive))
        times["first"].append(seconds(first))
        times["ours"].append(seconds(ours))
        times["move"].append(seconds(lambda: [kept.at(strength) for strength in moves]))
    taken = {name: tuple(1000 * median(each[n] for each in rounds) for n in (0, 1)) for name, rounds in times.items()}
    print(
        f"{arguments.weights}, {arguments.kind}, {image.width} × {image.height} px, {len(places)} strengths, {len(moves)} moves"
    )
    print(f"milliseconds, median of {arguments.rounds} rounds{'by the clock':>38}{'of the processor':>20}")
    line("naive: one move", taken["naive"], len(moves))
    line("naive: all moves", taken["naive"])
    line("ours: the first move, which asks for all strengths", taken["first"])
    line("ours: every later move", taken["move"], len(moves))
    line("ours: all moves", taken["ours"])
    line("naive / ours, all moves", tuple(own / other for own, other in zip(taken["naive"], taken["ours"], strict=True)))


def line(title: str, values: tuple[float, ...], moves: int = 1) -> None:
    print(f"{title:<52}" + "".join(f"{value / moves:>18.3f}" for value in values))


def sample() -> Image.Image:
    return next(each for each in SAMPLES if each.name == "lab-checkerboard").image()


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    start, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - worked


if __name__ == "__main__":
    main()
