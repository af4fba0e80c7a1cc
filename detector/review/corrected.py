"""Corrected data: what people said made into a data set, a folder or a table, that Data and Train take as it is."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Final

from detector.data.images import IMAGE_SUFFIXES, open_image
from detector.data.staging import free_name, staged
from detector.errors import ImageError
from detector.labels import AI, LABEL_NAMES, LABEL_WORDS
from detector.review.export import export_rows
from detector.review.images import item_bytes
from detector.review.queues import find_queue
from detector.review.serve import all_items
from detector.review.store import reading
from detector.review.values import Item, ReviewError

COLUMNS: Final = (
    "path", "label", "generator", "group", "sha256", "name", "real", "ai", "unsure", "model", "weights", "probability", "verdict",
)  # fmt: skip
"""`real`, `ai` and `unsure` count the people who finally said so."""

_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "BMP": ".bmp", "GIF": ".gif", "TIFF": ".tif", "AVIF": ".avif"}


def corrected_folder(
    queue: str, name: str, *, only_changed: bool = False, progress: Callable[[int, int], None] | None = None
) -> Path:
    """A new data set in the workspace: folders real and ai by what most people said, and metadata.csv with how they said it.

    Sentinels and ties are left out, with `only_changed` also what people and the first detector agree on. Raises ReviewError
    when a class would be empty or an image's file has gone, DataError when the name is taken; then nothing is left behind.
    """
    target = free_name(name)
    chosen, votes = _chosen(queue, only_changed)
    rows: list[dict[str, object]] = []
    try:
        with staged(target) as folder:
            taken: set[str] = set()
            for done, image in enumerate(chosen, 1):
                data = item_bytes(image)
                path = _free_path(image, data, taken)
                (folder / path).parent.mkdir(exist_ok=True)
                (folder / path).write_bytes(data)
                rows.append(_row(path, image, votes[image.sha256]))
                if progress:
                    progress(done, len(chosen))
            (folder / "metadata.csv").write_text(_csv(rows), encoding="utf-8")
    except ImageError as error:
        raise ReviewError(f"No data set was made: {error}") from error
    except OSError as error:
        raise ReviewError(f"No data set was made ({error.strerror}): make room on the disk and try again.") from error
    return target


def corrected_table(queue: str, *, only_changed: bool = False) -> bytes:
    """The same as a table (CSV) of the images where they lie, which `--data` takes; raises ReviewError when a class is empty."""
    chosen, votes = _chosen(queue, only_changed)
    return _csv(_row(str(image.file), image, votes[image.sha256]) for image in chosen).encode()


def _chosen(queue: str, only_changed: bool) -> tuple[list[Item], dict[str, Counter[str]]]:
    """The images on which most people agree, and how many people said what, by hash."""
    with reading() as db:
        images = all_items(db, *find_queue(db, queue))
    votes: dict[str, Counter[str]] = {}
    for row in export_rows(queue):
        votes.setdefault(row["sha256"], Counter())[row["final_answer"]] += 1
    chosen = [image for image in images if image.consensus and image.place and not image.sentinel]
    if only_changed:
        chosen = [image for image in chosen if image.scores and image.scores[0].label != image.consensus]
    found = {image.consensus for image in chosen}
    missing = [word for name, word in zip(LABEL_NAMES, LABEL_WORDS, strict=True) if name not in found]
    if missing:
        which = "Among images on which people contradict the detector" if only_changed else "Among the answered images"
        raise ReviewError(f"{which}, most people called none {' and none '.join(missing)}: a data set needs both classes.")
    return chosen, votes


def _free_path(image: Item, data: bytes, taken: set[str]) -> str:
    """Where the image goes, under its own name: names tell generators and what belongs together."""
    plain = "".join(letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "-" for letter in image.name).strip(" .")
    plain = PurePath(plain).name
    stem, suffix = _short(PurePath(plain).stem) or image.sha256[:12], PurePath(plain).suffix.lower()
    if suffix not in IMAGE_SUFFIXES:
        suffix = _suffix_of(data)
    if image.consensus == LABEL_NAMES[AI] and image.generator and "__" not in stem:
        stem = f"{_short(image.generator.replace('/', '-'))[:40]}__{stem}"
    number, path = 1, f"{image.consensus}/{stem}{suffix}"
    while path.lower() in taken:
        number += 1
        path = f"{image.consensus}/{stem} ({number}){suffix}"
    taken.add(path.lower())
    return path


def _short(stem: str) -> str:
    """The stem with room left for a generator, a number and an ending: file systems count bytes."""
    return stem.encode()[:150].decode("utf-8", "ignore")


def _suffix_of(data: bytes) -> str:
    """The ending for a picture whose name has none."""
    from PIL import Image

    open_image(data)  # the careful reader first
    with Image.open(io.BytesIO(data)) as picture:
        return _SUFFIXES.get(picture.format or "", ".png")


def _row(path: str, image: Item, votes: Counter[str]) -> dict[str, object]:
    score = image.scores[0] if image.scores else None
    model = (score.detector, score.weights, round(score.probability, 6), score.verdict) if score else ("", "", "", "")
    generator = image.generator if image.consensus == LABEL_NAMES[AI] else ""
    people = [votes[said] for said in ("real", "ai", "unsure")]
    values = (path, image.consensus, generator, image.group, image.sha256, image.name, *people, *model)
    return dict(zip(COLUMNS, values, strict=True))


def _csv(rows: Iterable[dict[str, object]]) -> str:
    buffer = io.StringIO()
    table = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return buffer.getvalue()
