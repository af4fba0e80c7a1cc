"""Speed: images a second from files on disk to verdicts, decoding included, on two threads."""

import time
from collections.abc import Sequence

import torch

from detector.benchmark.pictures import Picture
from detector.benchmark.recipe import Scorer
from detector.benchmark.result import Speed
from detector.data.images import open_image
from detector.data.parallel import in_order
from detector.predict import choose_device

IMAGES = 64
THREADS = 2
BATCH = 16


def speed_of(scorer: Scorer, pictures: Sequence[Picture], device: str = "auto", images: int = IMAGES) -> Speed | None:
    """How fast a detector, which works on that device, is on some of the original files; None for one that cannot look.

    A first batch warms up and is not counted. The time is that of the clock, so it holds for a machine that does nothing else;
    the processor's time is told beside it.
    """
    chosen = sorted(pictures, key=lambda picture: picture.item.sha256)[: images + BATCH]
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        if _look(scorer, chosen[:BATCH]) is None:
            return None
        counted = chosen[BATCH:] or chosen
        clock, processor = time.perf_counter(), time.process_time()
        for start in range(0, len(counted), BATCH):
            _look(scorer, counted[start : start + BATCH])
        seconds, busy = time.perf_counter() - clock, time.process_time() - processor
    finally:
        torch.set_num_threads(before)
    return Speed(len(counted), len(counted) / seconds, 1000 * busy / len(counted), THREADS, choose_device(device).type)


def _look(scorer: Scorer, pictures: Sequence[Picture]) -> object:
    return scorer.look(list(in_order(lambda picture: open_image(picture.file), pictures)))
