"""From a key to the next picture, on the desk and in plain Streamlit: `python -m benchmarks.review_keys [ANSWERS] [PAUSE]`.

Types 100 answers in Chromium, a pause of half a second after each picture, and prints the milliseconds from the key press to the
frame after the next picture is there: median, 95th percentile, largest. Then the same in a page that shows the picture with
`st.image` and runs again at every key. Pictures are JPEGs of 1024 × 768 made by code; server and browser share this machine.
"""

import io
import os
import sys
import tempfile
import textwrap
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from detector.review.desk import NewImage, add_images, create_queue
from tests.browser.chromium import open_chromium
from tests.browser.server import running_app

SIZE = (1024, 768)
PATIENCE = 120_000  # milliseconds
DESK = "document.querySelector('[data-testid=stBidiComponentIsolated]')?.shadowRoot?.querySelector('.layer img')"
PLAIN = "document.querySelector('[data-testid=stImage] img')"
CLOCK = """
    window.times = [];
    window.shown = () => { const image = %s; return image?.complete && image.naturalWidth ? image.src : ""; };
    addEventListener("keydown", (event) => {
        const before = window.shown();
        const look = () => requestAnimationFrame(() => {
            const now = window.shown();
            if (now && now !== before) requestAnimationFrame(() => window.times.push(performance.now() - event.timeStamp));
            else look();
        });
        look();
    }, true);
"""
PLAIN_PAGE = """
    from pathlib import Path
    import streamlit as st

    files = sorted(Path({folder!r}).glob("*.jpg"))
    at = st.session_state.setdefault("at", 0)
    st.image(str(files[at]), width="stretch")

    def answer():
        st.session_state["at"] += 1

    st.button("AI-generated", shortcut="a", on_click=answer)
"""


def main() -> None:
    answers = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    pause = float(sys.argv[2]) if len(sys.argv) > 2 else 0.5
    with tempfile.TemporaryDirectory() as temporary, open_chromium() as browser:
        home, folder = Path(temporary, "home"), Path(temporary, "pictures")
        files = made(folder, answers + 10)
        os.environ["DETECTOR_HOME"] = str(home)
        create_queue("keys", "random")
        add_images("keys", [NewImage(file.name, str(file)) for file in files])
        with running_app(home) as address:
            desk = typed(browser, f"{address}/review?queue=keys&who=Ana", DESK, answers, pause)
        print(f"{answers} answers, {pause} s between them, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        tell("desk", desk)
        script = Path(temporary, "plain.py")
        script.write_text(textwrap.dedent(PLAIN_PAGE.format(folder=str(folder))), encoding="utf-8")
        with running_app(home / "plain", script) as address:
            plain = typed(browser, address, PLAIN, answers, pause)
    tell("plain Streamlit", plain)
    print(f"plain Streamlit takes {median(plain) / median(desk):.1f} times as long (medians)")


def made(folder: Path, count: int) -> list[Path]:
    """So many JPEGs of soft blots and a little noise, of about 200 kB."""
    folder.mkdir(parents=True)
    files = []
    for number in range(count):
        random = np.random.default_rng(number)
        blots = Image.fromarray(random.integers(0, 256, (8, 6, 3), dtype=np.uint8)).resize(SIZE, Image.Resampling.BICUBIC)
        pixels = np.asarray(blots).astype(int) + random.integers(-12, 13, (SIZE[1], SIZE[0], 1))
        buffer = io.BytesIO()
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=85)
        files.append(folder / f"{number:04}.jpg")
        files[-1].write_bytes(buffer.getvalue())
    return files


def typed(browser: Browser, address: str, picture: str, answers: int, pause: float) -> list[float]:
    """Milliseconds of each answer."""
    page: Page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(CLOCK % picture)  # before the desk's own listener, which lets no other hear its keys
    page.goto(address)
    page.wait_for_function(f"(() => {{ const image = {picture}; return image?.complete && image.naturalWidth; }})()")
    page.wait_for_timeout(3000)  # the first pictures ahead arrive, as they do while a person looks at the first
    for number in range(answers):
        page.keyboard.press("a")
        page.wait_for_function(f"window.times.length > {number}")
        page.wait_for_timeout(1000 * pause)
    times: list[float] = page.evaluate("window.times")
    page.close()
    return times


def tell(name: str, times: list[float]) -> None:
    late = sorted(times)[int(0.95 * (len(times) - 1))]
    print(f"{name:<16} median {median(times):7.1f} ms   95th percentile {late:7.1f} ms   largest {max(times):7.1f} ms")


if __name__ == "__main__":
    main()
