"""The matrices on disk: the one made last, and every test with a generator left out. Page and command line share them."""

from pathlib import Path

from detector.errors import UserError
from detector.evaluation.cross import Matrix
from detector.files import read_json, write_json
from detector.home import home


def save_matrix(matrix: Matrix) -> None:
    """Keep it as the last one, which the page shows."""
    write_json(_last(), matrix.to_dict())


def last_matrix() -> Matrix | None:
    """The one made last, from the page or the command line; None before the first. Raises UserError when it is damaged."""
    return Matrix.from_dict(read_json(_last())) if _last().is_file() else None


def save_left_out(matrix: Matrix) -> None:
    """Keep a test with each generator left out, under the name of its one row."""
    write_json(_left_out() / f"{matrix.rows[0]}.json", matrix.to_dict())


def saved_left_out() -> list[Matrix]:
    """Every such test, the newest first; damaged files are passed over."""
    found = []
    for file in sorted(_left_out().glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            found.append(Matrix.from_dict(read_json(file)))
        except UserError:
            continue
    return found


def _last() -> Path:
    return home() / "cross" / "last.json"


def _left_out() -> Path:
    return home() / "leave-one-out"
