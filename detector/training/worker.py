"""Worker: the files through which a process in the background and whoever looks on talk. Knows nothing of what it works on.

"interrupted" is never written: it is read off a status that says running while nobody holds the lock, which the kernel frees
even on SIGKILL.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from filelock import FileLock, Timeout

from detector.errors import UserError
from detector.files import read_json, write_json
from detector.home import REPOSITORY
from detector.training.status import RunStatus

STARTING_SECONDS = 60
"""A worker that has not taken the lock after this long never started."""
KILLED = "The worker ended without a word: it was killed, or the machine went down."


def lock_of(folder: Path) -> FileLock:
    """The lock that a worker holds while it lives."""
    return FileLock(folder / "lock")


def read_status(folder: Path) -> RunStatus:
    """How far the worker of this folder is, with "interrupted" derived from the lock."""
    try:
        status = _read(folder)
        late = status.state == "running" or time.time() - status.updated > STARTING_SECONDS
        if status.active and late and not _locked(folder):
            # Read again: a worker that ended between the reading and the probe has written its last word by now.
            status = _read(folder)
            if status.active:
                return replace(status, state="interrupted", message=KILLED)
    except (UserError, TypeError):
        return RunStatus(state="failed", message="status.json is missing or damaged.")
    return status


def write_status(folder: Path, status: RunStatus) -> None:
    """Replace status.json, stamped with the time."""
    write_json(folder / "status.json", asdict(replace(status, updated=time.time())))


def start(words: Sequence[str], log: Path) -> None:
    """Run `python -m detector` with these words in a session of its own: it outlives the page, the tab and the server."""
    command = [sys.executable, "-m", "detector", *words]
    with log.open("ab") as file:
        subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )


def log_end(log: Path, lines: int) -> str:
    """The last lines of a worker's log."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _read(folder: Path) -> RunStatus:
    return RunStatus(**read_json(folder / "status.json"))


def _locked(folder: Path) -> bool:
    try:
        with lock_of(folder).acquire(timeout=0):
            return False
    except Timeout:
        return True
