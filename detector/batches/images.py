"""The list of a batch's pictures: found once and written down, so that what is gone on with is what was begun."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from detector.batches.batch import Batch
from detector.batches.plan import SET, ZIP, BatchPlan
from detector.data.archive import unpack_into
from detector.data.folders import open_data
from detector.data.images import image_files
from detector.data.names import generator_of, labels_of
from detector.errors import DataError
from detector.files import atomic_path
from detector.labels import AI

Progress = Callable[[str, int, int], None]
"""Takes what is being done, how much of it is done, and of how much."""


def find_images(batch: Batch, progress: Progress) -> int:
    """Write the list unless it is there already; returns how many pictures it has.

    Raises DataError when there are none, and what opening a zip or a data set raises.
    """
    if not batch.images_file.exists():
        plan = batch.plan()
        if plan.kind == ZIP:
            _unpack(batch, Path(plan.places[0]), progress)
        found = {image["path"]: image for image in _found(batch, plan, progress)}  # each place once, however often it is named
        if not found:
            raise DataError(f"There are no pictures in {plan.places[0]}: give a folder that holds some, at any depth.")
        with atomic_path(batch.images_file) as temporary, temporary.open("w", encoding="ascii") as file:
            file.writelines(json.dumps(image) + "\n" for image in found.values())
    with batch.images_file.open("rb") as file:
        return sum(1 for _ in file)


def _found(batch: Batch, plan: BatchPlan, progress: Progress) -> Iterable[dict[str, str]]:
    if plan.kind == SET:
        manifest = open_data(plan.places[0], lambda done, total: progress("Reading the data set", done, total))
        return ({"path": str(manifest.path(item)), "generator": item.generator} for item in manifest.items)
    roots = [batch.unpacked] if plan.kind == ZIP else [Path(place) for place in plan.places]
    return _in_folders(roots, progress)


def _in_folders(roots: Iterable[Path], progress: Progress) -> Iterator[dict[str, str]]:
    for root in roots:
        progress("Looking for pictures", 0, 0)
        if not root.is_dir():
            yield {"path": str(root), "generator": ""}
            continue
        for file in image_files(root):
            yield {"path": str(file), "generator": _named_generator(file.relative_to(root).parts)}


def _named_generator(parts: tuple[str, ...]) -> str:
    """The generator by the names of folders and file, where they say that the picture is AI-generated; else ""."""
    *folders, name = parts
    return generator_of(folders, name) if labels_of(folders) == {AI} else ""


def _unpack(batch: Batch, archive: Path, progress: Progress) -> None:
    """Unpack into the batch's own folder, whole or not at all; an upload has served its purpose then."""
    if not batch.unpacked.is_dir():
        partial = batch.folder / "images.part"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            unpack_into(archive, partial, lambda done, total: progress("Unpacking", done, total))
        except DataError:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        partial.rename(batch.unpacked)
    batch.upload_file.unlink(missing_ok=True)
