"""A shortcut made on purpose, audited before and after: `python -m benchmarks.equalise [DIR] [--never-compressed]`.

The same photos stand in both classes: as JPEGs of quality 75 they are called real; decoded and saved as PNG, AI-generated. So
nothing but the file tells them apart. With `--never-compressed` the PNGs hold the photos from before that compression: then the
JPEGs' pixels carry its traces, which one more compression does not wipe out, and the audit after equalising says so.
Each photo and its twin are a group, which no fold divides. DIR holds photos at any depth, halved in size first, which wipes out
the traces they came with; without it 300 pictures are made by code. Prints the AUC of every probe before and after.
"""

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from detector.data.audit import run_audit
from detector.data.audit_words import TITLES, score_words
from detector.data.equalise import Equalise, default_side
from detector.data.folders import scan
from detector.data.images import image_files, open_image
from detector.data.manifest import Manifest

COUNT, MOST, QUALITY = 300, 800, 75


def main() -> None:
    """Make the set, audit it twice, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="?", type=Path)
    parser.add_argument("--rule", choices=("crop", "resize"), default="crop")
    parser.add_argument("--side", type=int, default=0)
    parser.add_argument("--never-compressed", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["DETECTOR_HOME"] = str(Path(place, "home"))
        manifest = make(Path(place, "made"), arguments.photos, arguments.never_compressed)
        equalise = Equalise(arguments.rule, arguments.side or default_side(manifest.items))
        before, after = run_audit(manifest), run_audit(manifest, equalise)
    print(f"{len(manifest.items)} pictures; equalised by {equalise.key()}")
    print(f"{'':<24}{'before':<46}after")
    scores = {finding.probe: score_words(finding) for finding in after.findings}
    for finding in before.findings:
        print(f"{TITLES[finding.probe]:<24}{score_words(finding):<46}{scores[finding.probe]}")
    for name, audit in (("before", before), ("after", after)):
        if audit.worst and audit.worst.auc is not None:
            print(f"worst {name}: {audit.worst.auc:.3f} ({TITLES[audit.worst.probe]})")


def make(folder: Path, photos: Path | None, never_compressed: bool) -> Manifest:
    """The set below `folder`, from the first photos found or from pictures made by code."""
    for name in ("real", "ai"):
        (folder / name).mkdir(parents=True)
    files = image_files(photos)[:MOST] if photos else []
    for number in range(len(files) or COUNT):
        image = halved(open_image(files[number])) if files else waves(number)
        file = folder / "real" / f"{number:04}.jpg"
        image.save(file, quality=QUALITY)
        (image if never_compressed else open_image(file)).save(folder / "ai" / f"{number:04}.png")
    manifest = scan(folder)
    return replace(manifest, items=tuple(replace(item, group=Path(item.path).stem) for item in manifest.items))


def halved(photo: Image.Image) -> Image.Image:
    return photo.resize((max(8, photo.width // 2), max(8, photo.height // 2)), Image.Resampling.LANCZOS)


def waves(seed: int, side: int = 128) -> Image.Image:
    """Soft waves of colour under a little noise, others each time."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side]
    each = [128 + 90 * np.sin(x / rng.uniform(3, 40) + y / rng.uniform(3, 40) + rng.uniform(0, 6)) for _ in range(3)]
    noise = rng.normal(0, rng.uniform(2, 10), (side, side, 3))
    return Image.fromarray(np.clip(np.stack(each, axis=-1) + noise, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
