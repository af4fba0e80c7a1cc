"""Where the training pictures of some weights lie, if their data set is still at hand. The weights know names, no places."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from detector.data.images import IMAGE_SUFFIXES
from detector.data.specs import root_of
from detector.errors import UserError
from detector.home import data_folder
from detector.training.runs import find_run


def files_at_hand(run: str, dataset: str, paths: Sequence[str]) -> list[Path | None]:
    """The file of each path in the data set that a run learnt from, None for those that are not found.

    The run is asked where its data lay; without it, the workspace for a set of that name. Paths come from a file that anyone may
    have made, so only pictures below those folders are looked for.
    """
    roots = list(_roots(run, dataset))
    return [next((root / path for root in roots if _is_tame(path) and (root / path).is_file()), None) for path in paths]


def _roots(run: str, dataset: str) -> Iterator[Path]:
    with suppress(UserError):  # the run is gone, or never was here
        yield root_of(find_run(run).config().data)
    if _is_tame(f"{dataset}/x.png") and dataset:
        yield data_folder() / dataset


def _is_tame(path: str) -> bool:
    place = PurePosixPath(path)
    return not place.is_absolute() and ".." not in place.parts and "\0" not in path and place.suffix.lower() in IMAGE_SUFFIXES
