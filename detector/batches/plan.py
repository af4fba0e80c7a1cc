"""BatchPlan: which pictures a batch classifies and with which detector. Opens none of them."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from detector.data.known import find_set, normalised
from detector.errors import DataError, UserError

FILES: Final = "files"
ZIP: Final = "zip"
SET: Final = "set"
KINDS: Final = (FILES, ZIP, SET)


@dataclass(frozen=True)
class BatchPlan:
    """What to classify: `kind` and its places, and the weights as `find_weights` takes them.

    files: pictures, and folders whose pictures are all taken; zip: one archive; set: one data set by its spec, without the
    pictures left out on the Data page. `device` is auto, cpu or cuda.
    """

    kind: str
    places: tuple[str, ...]
    weights: str
    device: str = "auto"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for config.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "BatchPlan":
        """The inverse of `to_dict`; raises UserError where the settings are damaged."""
        try:
            plan = cls(str(values["kind"]), tuple(map(str, values["places"])), str(values["weights"]), str(values["device"]))
        except (KeyError, TypeError) as error:
            raise UserError("The settings of this batch are damaged: delete it and make it again.") from error
        if plan.kind not in KINDS or not plan.places:
            raise UserError("The settings of this batch name no pictures: delete it and make it again.")
        return plan


def plan_for(places: list[str], weights: str, device: str = "auto") -> BatchPlan:
    """The plan for what a person names: a zip, a data set's name, or pictures and folders; a place that is missing is kept.

    A missing picture gets its row with an error, as one in the middle of a thousand should. Raises UserError for a zip beside
    other places, and where nothing is named.
    """
    given = [place.strip() for place in places if place.strip()]
    if not given:
        raise UserError("Nothing to classify is named: give a folder, pictures, a zip, or the name of a data set.")
    zips = [place for place in given if Path(place).suffix.lower() == ".zip"]
    if zips and len(given) > 1:
        raise UserError("A batch takes one zip, or folders and pictures: make a batch for each zip.")
    if zips:
        return BatchPlan(ZIP, (_whole(zips[0]),), weights, device)
    if len(given) == 1 and _names_a_set(given[0]):
        return BatchPlan(SET, (normalised(given[0]),), weights, device)
    return BatchPlan(FILES, tuple(map(_whole, given)), weights, device)


def checked_folder(text: str) -> str:
    """The whole path of a folder or picture; raises DataError when nothing is there."""
    path = _whole(text)
    if not text.strip() or not Path(path).exists():
        raise DataError(f"{text.strip() or 'Nothing'} is not there: give a folder of pictures, or a zip, on this computer.")
    return path


def _names_a_set(place: str) -> bool:
    """A table, the lab, or a set of the workspace; a folder of that name in the current folder goes first."""
    if Path(place).suffix.lower() == ".csv":
        return True
    known = find_set(place)
    return known is not None and known.kind in ("lab", "own") and not Path(place).is_dir()


def _whole(place: str) -> str:
    """The whole path, since the worker starts elsewhere."""
    try:
        return str(Path(place).expanduser().absolute())
    except RuntimeError:  # a ~name without such a user
        return place
