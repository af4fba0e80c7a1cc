"""Study: do smiles and wrinkles matter to a detector? Face regions measured over a folder. Reading a study needs no torch."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.data.folders import open_data
from detector.data.images import open_image
from detector.data.manifest import Item, Manifest
from detector.errors import DataError, ImageError, UserError
from detector.explain.dose import DoseCurve, dose_curve
from detector.explain.face_mean import Map, mean_map
from detector.explain.faces import find_faces
from detector.explain.intervals import Interval, mean_interval
from detector.explain.regions import REGIONS
from detector.explain.study_words import study_sentences
from detector.files import read_json, write_json
from detector.labels import AI, LABEL_NAMES, REAL

if TYPE_CHECKING:
    from detector.explain.study_measure import FaceMeasure
    from detector.predict import Predictor  # noqa: TID251 - a type only

GROUPS = ("all", *LABEL_NAMES, "right", "wrong")
"""Which faces a mean is over: all, by their truth, and by whether the verdict is right."""
FACES = 60
MEASURES = ("share", "ratio", "smooth", "smooth_excess", "swap", "swap_excess")


@dataclass(frozen=True)
class RegionMean:
    """A region's means over a group of faces. Effects are changes of the evidence for the verdict, in logits.

    `ratio` is share of the map over share of the area; an excess is an effect's size less that in equal random regions.
    """

    region: str
    group: str
    share: Interval
    ratio: Interval
    smooth: Interval
    smooth_excess: Interval
    swap: Interval
    swap_excess: Interval


@dataclass(frozen=True)
class Study:
    """What a study of n faces found. `without_face`: pictures passed over; `maps`: mean face map by class name."""

    weights: str
    data: str
    method: str
    n: int
    counts: dict[str, int]
    without_face: int
    seed: int
    regions: tuple[RegionMean, ...]
    doses: dict[str, DoseCurve]
    maps: dict[str, Map]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What follows, by rule: on smiles, on wrinkles, and on texture."""
        return study_sentences(self.regions, self.doses)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, the sentences with it."""
        doses = {group: curve.to_dict() for group, curve in self.doses.items()}
        return {**asdict(self), "doses": doses, "sentences": list(self.sentences)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Study":
        """The inverse of `to_dict`; raises UserError for anything else."""
        try:
            given = {name: values[name] for name in ("weights", "data", "method", "n", "counts", "without_face", "seed", "maps")}
            regions = tuple(
                RegionMean(row["region"], row["group"], *(Interval(**row[name]) for name in MEASURES))
                for row in values["regions"]
            )
            doses = {group: DoseCurve.from_dict(curve) for group, curve in values["doses"].items()}
            return cls(**given, regions=regions, doses=doses)
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(f"This is no study of faces that can be read ({error!r}): make it again.") from error


def explain_study(
    folder: str | Path,
    predictor: "Predictor",
    *,
    n: int = FACES,
    method: str = "gradcam",
    seen: Collection[str] = (),
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Measure up to n faces, as many of each class, drawn at random from a data folder; the largest face of each picture.

    `seen` holds first digits of sha256 sums of pictures to leave out, such as those the weights were trained on. Raises DataError
    when the folder cannot be used or no face is found, UserError for a network without a map.
    """
    from detector.explain.study_measure import measure_face

    manifest = open_data(str(folder))
    digits = len(next(iter(seen), ""))
    items = [item for item in manifest.items if not digits or item.sha256[:digits] not in seen]
    if not items:
        raise DataError(f"All images of {folder} were used to train or choose these weights: none is left to study.")
    measured: list[FaceMeasure] = []
    passed_over = 0
    for label, wanted in ((REAL, n - n // 2), (AI, n // 2)):
        for number, (item, image, face) in enumerate(_faces(manifest, items, label, seed)):
            if sum(one.label == label for one in measured) == wanted:
                break
            if face is None or image is None:
                passed_over += 1
                continue
            measured.append(measure_face(predictor, image, face, item.label, method, seed + number))
            if progress:
                progress(len(measured), n)
    if not measured:
        raise DataError(f"No face that looks at the camera was found in {folder}: choose pictures of faces.")
    return _summed_up(measured, predictor.name, str(folder), method, passed_over, seed)


def save_study(path: Path, study: Study) -> None:
    """Write a study as JSON."""
    write_json(path, study.to_dict())


def read_study(path: Path) -> Study:
    """Read what `save_study` wrote; raises UserError when it is missing or damaged."""
    return Study.from_dict(read_json(path))


def _faces(manifest: Manifest, items: Sequence[Item], label: int, seed: int) -> Iterator[tuple[Item, Any, Any]]:
    """The pictures of a class in random order, decoded, each with its largest face or None."""
    of_class = [item for item in items if item.label == label]
    for index in np.random.default_rng([seed, label]).permutation(len(of_class)):
        item = of_class[index]
        try:
            image = open_image(manifest.path(item))
        except ImageError:  # it vanished since the folder was read
            yield item, None, None
            continue
        yield item, image, next(iter(find_faces(image)), None)


def _summed_up(measured: Sequence["FaceMeasure"], weights: str, data: str, method: str, passed_over: int, seed: int) -> Study:
    groups = {
        "all": list(measured),
        "real": [one for one in measured if one.label == REAL],
        "ai": [one for one in measured if one.label == AI],
        "right": [one for one in measured if one.label == one.predicted],
        "wrong": [one for one in measured if one.label != one.predicted],
    }
    regions = tuple(_region_mean(region, group, faces) for region in REGIONS for group, faces in groups.items())
    doses = {
        group: dose_curve([one.dose for one in faces if one.dose], [one.score for one in faces if one.dose])
        for group, faces in groups.items()
    }
    maps = {name: mean_map([one.map for one in groups[name]]) for name in LABEL_NAMES}
    counts = {group: len(faces) for group, faces in groups.items()}
    return Study(weights, data, method, len(measured), counts, passed_over, seed, regions, doses, maps)


def _region_mean(region: str, group: str, faces: Sequence["FaceMeasure"]) -> RegionMean:
    found = [one.regions[region] for one in faces if region in one.regions]
    columns = {name: [float(getattr(each, name)) for each in found] for name in MEASURES if name != "ratio"}
    columns["ratio"] = [each.share / each.area for each in found]
    return RegionMean(region, group, *(mean_interval(columns[name]) for name in MEASURES))
