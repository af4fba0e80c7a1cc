"""Many threads on one network, and many maps one after another."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from detector.explain.cam import explain, explain_signed
from detector.explain.methods import METHODS
from detector.home import REPOSITORY
from tests.explain.networks import noise, relative

NETWORKS = {"lenet5": ("features.2", 32), "vit_base_patch16_224": ("blocks.0", 48), "svm": ("features.2", 32)}
WAYS = [
    (name, method, layer)
    for name in NETWORKS
    for method in METHODS
    for layer in (None, NETWORKS[name][0])
    if (method != "attention" or name.startswith("vit")) and (layer is None or (METHODS[method].layered and name != "svm"))
]


def test_eight_threads_on_one_network_give_the_maps_of_a_single_thread_by_every_method():
    models = {name: relative(name) for name in NETWORKS}
    pictures = {name: [noise(NETWORKS[name][1], seed) for seed in range(8)] for name in NETWORKS}
    tasks = [(*way, picture) for picture in range(8) for way in WAYS]

    def heat(task: tuple[str, str, str | None, int]) -> np.ndarray:
        name, method, layer, picture = task
        draw = explain_signed if METHODS[method].signed else explain
        return draw(models[name], pictures[name][picture], picture % 2, method, layer)

    alone = [heat(task) for task in tasks]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(heat, tasks))
    for task, ours, wanted in zip(tasks, together, alone, strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max(), err_msg=str(task))
    by_way = {}
    for task, wanted in zip(tasks, alone, strict=True):
        by_way.setdefault(task[:3], []).append(wanted)
    for way, heats in by_way.items():
        assert not all(np.allclose(each, heats[0]) for each in heats[1:]), f"a mix-up would not show: {way}"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_five_hundred_explanations_take_no_more_memory_than_fifty():
    # In a process of its own: what other tests left on the heap moved the figure by 25 MB.
    printed = subprocess.run(
        [sys.executable, "-m", "tests.explain.memory"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    grown = json.loads(printed.stdout)
    assert grown["tensors"] == 0
    assert grown["bytes"] < 16 * 2**20
