"""Sources: where the images of a queue come from. Each gives the images it could read, and a line for each of the others."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from detector.data.archive import unpack_into
from detector.data.images import image_facts, image_files, open_image
from detector.data.names import generator_of, labels_of
from detector.data.parallel import in_order
from detector.data.staging import staging_place
from detector.errors import ImageError, UserError
from detector.labels import AI
from detector.review.copies import keep_copy
from detector.review.values import NewImage, ReviewError, Score

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Found:
    """Images that can be reviewed, and why others cannot, a line each."""

    images: list[NewImage]
    left_out: list[str]


def from_uploads(files: Iterable[tuple[str, bytes]]) -> Found:
    """Uploaded files by name and content, which are copied into the workspace when they are added."""
    images, left_out = [], []
    for name, data in files:
        try:
            open_image(data)
            images.append(NewImage(name, data=data))
        except ImageError as error:
            left_out.append(f"{name}: {error}")
    return Found(images, left_out)


def from_folder(folder: Path, progress: Progress | None = None) -> Found:
    """Every picture below a folder, read where it lies; folders named real and ai tell the true class.

    Raises ReviewError when there are none.
    """
    root = folder.expanduser().resolve()
    files = image_files(root) if root.is_dir() else []
    if not files:
        raise ReviewError(f"There are no pictures in {folder}: give a folder that holds some, at any depth.")
    return _read(root, files, progress)


def from_zip(source: Path | IO[bytes], progress: Progress | None = None) -> Found:
    """The pictures of a zip, as `from_folder`, copied into the workspace. Raises DataError for a zip that is refused."""
    with staging_place() as place:
        place = place / "zip"
        place.mkdir()
        unpack_into(source, place)
        found = _read(place, image_files(place), progress)
        kept = [_carried(image) for image in found.images]
    return Found(kept, found.left_out)


def from_data(spec: str, progress: Progress | None = None) -> Found:
    """A data set's pictures with their true classes; raises DataError as `open_data` does."""
    from detector.data.folders import open_data

    manifest = open_data(spec, progress)
    images = [
        NewImage(item.path.rpartition("/")[2], str(manifest.path(item)), b"", item.sha256, item.label, item.generator, item.group)
        for item in manifest.items
    ]
    return Found(images, [f"{problem.path}: {problem.reason}" for problem in manifest.problems])


def from_run(name: str, split: str = "") -> Found:
    """What a run predicted for its own validation and test images, or for one of the two; their classes are known.

    Raises UserError when there are no predictions.
    """
    from detector.compare import run_root
    from detector.evaluation.calibration import read_calibration
    from detector.evaluation.predictions import read_predictions
    from detector.models.digests import weights_hash
    from detector.models.weights_config import read_weights_config
    from detector.training.runs import find_run

    run = find_run(name)
    frame = read_predictions(run.predictions_file)
    frame = frame[frame["split"] == split] if split else frame
    if frame.empty:
        raise ReviewError(f"{name} predicted no {split} images: choose another part.")
    config, root, hashes = read_weights_config(run.best_weights), run_root(run), _hashes(run.manifest_file)
    digest, calibration = weights_hash(run.best_weights), read_calibration(run.best_weights)
    images, left_out = [], []
    row: Any
    for row in frame.itertuples():
        verdict, _ = calibration.judge(float(row.probability), config.threshold)
        score = Score(name, digest, float(row.probability), config.threshold, verdict)
        place = root / str(row.path)
        if place.is_file():
            images.append(NewImage(place.name, str(place), b"", hashes.get(str(row.path), ""), int(row.label), str(row.generator),
                                   str(row.group), (score,)))  # fmt: skip
        else:
            left_out.append(f"{row.path}: the file is not there any more.")
    return Found(images, left_out)


def from_batch(name: str) -> Found:
    """The results of a batch so far; images without a result are left out."""
    from detector.batches.batch import find_batch
    from detector.batches.results import every_row

    batch = find_batch(name)
    about = batch.about()
    detector = str(about.get("weights", "")), str(about.get("weights_hash", "")), float(about.get("threshold", 0.5))
    return from_rows(every_row(batch.results_file), *detector)


def from_rows(rows: Iterable[Mapping[str, Any]], detector: str, weights: str, threshold: float = 0.5) -> Found:
    """Rows of path, sha256, probability, verdict and error, as a batch writes them, by one detector."""
    images, left_out = [], []
    for row in rows:
        path = str(row.get("path", ""))
        if row.get("error") or row.get("probability") in (None, ""):
            left_out.append(f"{_text(path)}: {row.get('error') or 'it has no result'}")
        elif not _is_text(path):
            left_out.append(f"{_text(path)}: the name is not valid Unicode; rename the file.")
        else:
            score = Score(detector, weights, float(row["probability"]), threshold, str(row.get("verdict", "")))
            generator, sha256 = str(row.get("generator") or ""), str(row.get("sha256") or "")
            images.append(NewImage(Path(path).name, path, b"", sha256, None, generator, "", (score,)))
    return Found(images, left_out)


def _read(root: Path, files: Sequence[Path], progress: Progress | None) -> Found:
    """Every file decoded once, to be sure of it; class and generator by the folders below the root."""
    images, left_out = [], []
    for done, (file, found) in enumerate(zip(files, in_order(partial(_facts, root), files), strict=True), 1):
        if isinstance(found, NewImage):
            images.append(found)
        else:
            left_out.append(f"{_text(str(file.relative_to(root)))}: {found}")
        if progress:
            progress(done, len(files))
    return Found(images, left_out)


def _facts(root: Path, file: Path) -> NewImage | str:
    """The image, or why it cannot be used."""
    if not _is_text(str(file)):
        return "the name is not valid Unicode; rename the file."
    try:
        sha256 = image_facts(file).sha256
    except UserError as error:
        return str(error)
    *folders, name = file.relative_to(root).parts
    labels = labels_of(folders)
    label = labels.pop() if len(labels) == 1 else None
    return NewImage(name, str(file), b"", sha256, label, generator_of(folders, name) if label == AI else "")


def _carried(image: NewImage) -> NewImage:
    """The image with a copy of its own, since its file is about to go."""
    return replace(image, place=str(keep_copy(Path(image.place), image.sha256)))


def _hashes(manifest: Path) -> dict[str, str]:
    """The sha256 of a run's images by path; of those that are missing the files are read."""
    from detector.data.manifest import Manifest

    try:
        return {item.path: item.sha256 for item in Manifest.from_csv(manifest, manifest.parent).items}
    except UserError:
        return {}


def _is_text(name: str) -> bool:
    """Whether a file's name, which is bytes on disk, is text."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")
