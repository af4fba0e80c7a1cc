"""A full garbage collection after every run of a page, as Streamlit does it unless told, against Python's own pace.

    python -m benchmarks.collecting [MOVES]

Once torch is there a full collection walks half a million objects, 0.3 s, and nothing else in the process runs meanwhile: not the
next click, no other person's page, no work in a thread. Moves the slider of a heat map's opacity key by key in Chromium, the next
move as soon as the picture has followed, and prints milliseconds a move and what memory the server holds in the end.
"""

import os
import re
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tests.browser.chromium import open_chromium
from tests.browser.server import running_app

OPTION = "STREAMLIT_RUNNER_POST_SCRIPT_GC"
MOVES = 100
SHOWN = "[...document.querySelectorAll('[data-testid=stImage] img')].map((image) => image.src).join()"
PATIENCE = 120_000  # milliseconds


def main() -> None:
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else MOVES
    found = {}
    with open_chromium() as browser:
        for setting in ("true", "false"):
            os.environ[OPTION] = setting
            with tempfile.TemporaryDirectory() as home, running_app(Path(home)) as address:
                found[setting] = (moved(browser, address, moves), memory_of(address))
    for setting, name in (("true", "after every run"), ("false", "at Python's own pace")):
        times, megabytes = found[setting]
        print(f"collected {name:<22} median {median(times):6.0f} ms a move, {megabytes:,.0f} MB after {moves} moves")
    (slow, much), (quick, little) = ((median(times), megabytes) for times, megabytes in found.values())
    print(f"after every run / at its own pace: {slow / quick:.2f} of the time, {much / little:.2f} of the memory")


def moved(browser: Browser, address: str, moves: int) -> list[float]:
    """Milliseconds of each move, from the key to the new overlay; a few to the left and back again."""
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/classify?sample=china&weights=light")
    slider = page.get_by_test_id("stSlider").get_by_role("slider")
    slider.wait_for()
    page.wait_for_timeout(10_000)  # the map's check, which comes by itself where it is quick
    times = []
    for number in range(moves):
        before = page.evaluate(SHOWN)
        begun = time.perf_counter()
        slider.press("ArrowLeft" if number // 5 % 2 == 0 else "ArrowRight")
        page.wait_for_function(f"{SHOWN} !== {before!r}")
        times.append(1000 * (time.perf_counter() - begun))
    page.close()
    return times


def memory_of(address: str) -> float:
    """Megabytes that the server of an address holds (Linux)."""
    port = address.rsplit(":", 1)[1]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # one that has just ended
            if f"--server.port\0{port}\0" in (process / "cmdline").read_text(errors="replace"):
                held = re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())
                return int(held.group(1)) / 1024 if held else 0.0
    return 0.0


if __name__ == "__main__":
    main()
