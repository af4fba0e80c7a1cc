"""How often the input checks find fault with ordinary pictures, and how often they see what was done to them.

    python benchmarks/input_checks.py FOLDER [FOLDER …] [--most 200]

Each folder is a data set. Half of its pictures give the ranges of training files, the other half is checked: as it is, and after
four treatments that a check should see. Prints a line a set and treatment with the share that each check flags, and which stop
a verdict.
"""

import argparse
import io
import time
from collections import Counter
from collections.abc import Callable

from PIL import Image, ImageOps

from detector.data.folders import open_data
from detector.data.images import open_image
from detector.data.input_checks import check_input
from detector.data.input_ranges import measure_ranges
from detector.data.preprocess import Preprocess

Treatment = Callable[[Image.Image], bytes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--most", type=int, default=200, help="pictures checked in each set")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        measure(folder, arguments.most)


def measure(folder: str, most: int) -> None:
    manifest = open_data(folder)
    items = sorted(manifest.items, key=lambda item: item.sha256)
    ranges = measure_ranges(manifest, items[::2])
    checked = items[1::2][:most]
    look = Preprocess(size=32 if min(min(item.width, item.height) for item in items) < 64 else 224)
    files = [manifest.path(item).read_bytes() for item in checked]
    for name, treat in TREATMENTS.items():
        found: Counter[str] = Counter()
        seconds = 0.0
        for data in files:
            changed = treat(open_image(data)) if treat else data
            image, started = open_image(changed), time.process_time()
            findings = check_input(changed, image, look, ranges)
            seconds += time.process_time() - started
            found.update({f"{each.kind}{' (stops)' if each.stops else ''}" for each in findings})
            found.update(["any", *["any that stops"] * any(each.stops for each in findings)] if findings else [])
        shares = ", ".join(f"{kind} {count / len(files):.1%}" for kind, count in sorted(found.items())) or "nothing"
        print(f"{manifest.root.name:10} {name:24} n = {len(files)}: {shares} ({1000 * seconds / len(files):.1f} ms a picture)")


def jpeg(quality: int) -> Treatment:
    def treat(image: Image.Image) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        return buffer.getvalue()

    return treat


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def on_a_phone(image: Image.Image) -> bytes:
    return png(ImageOps.pad(image, (540, 1170), color="black"))


def ruined_then_saved_losslessly(image: Image.Image) -> bytes:
    return png(open_image(jpeg(15)(image)))


def tiny(image: Image.Image) -> bytes:
    return png(image.resize((max(1, image.width // 8), max(1, image.height // 8))))


TREATMENTS: dict[str, Treatment | None] = {
    "as it is": None,
    "JPEG 20": jpeg(20),
    "JPEG 15, then PNG": ruined_then_saved_losslessly,
    "a phone's screenshot": on_a_phone,
    "an eighth of the size": tiny,
}

if __name__ == "__main__":
    main()
