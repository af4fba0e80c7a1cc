"""The benchmark's pictures as files, equalised and changed, for a program that is not ours to score."""

from collections.abc import Callable, Sequence
from pathlib import Path

from detector.benchmark.fixed import file_name
from detector.benchmark.pictures import BenchSet, Picture
from detector.benchmark.protocol import CHANGES
from detector.data.parallel import in_order
from detector.errors import UserError
from detector.files import atomic_path
from detector.scored import AS_IS, Change


def write_pictures(sets: Sequence[BenchSet], folder: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Write every picture under every change as a PNG, which loses nothing, and return how many there are.

    Files that are there already are left alone. Raises UserError when the folder cannot be written.
    """

    def write(job: tuple[Picture, Change]) -> None:
        picture, change = job
        with atomic_path(folder / file_name(picture, change)) as temporary:
            picture.image(change).save(temporary, "PNG", compress_level=1)

    jobs = [(picture, change) for each in sets for picture in each.pictures for change in (AS_IS, *CHANGES.values())]
    missing = [job for job in jobs if not (folder / file_name(*job)).is_file()]
    try:
        for done, _ in enumerate(in_order(write, missing), 1):
            if progress:
                progress(done, len(missing))
    except OSError as error:
        raise UserError(f"{folder} cannot be written ({error.strerror}): choose another place, or free space there.") from error
    return len(jobs)
