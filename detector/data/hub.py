"""Hub: the files of a public data set on the Hugging Face Hub, listed and fetched. Knows nothing of pictures or labels.

Everything here needs a connection; each failure is one line that says what to do.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from detector.data.names import split_of
from detector.errors import DataError

PUBLIC = "https://huggingface.co"
_SECONDS = 20
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


@dataclass(frozen=True)
class Shard:
    """A Parquet file of a data set: path in the repository, bytes, SHA-256 ("" if the Hub gives none), split ("" if none)."""

    path: str
    size: int
    sha256: str
    split: str


def endpoint_in_use(endpoint: str = "") -> str:
    """The Hub's address: the one given, or `HF_ENDPOINT`, or the public one."""
    return (endpoint or os.environ.get("HF_ENDPOINT") or PUBLIC).rstrip("/")


def list_shards(repository: str, endpoint: str, commit: str = "") -> tuple[str, list[Shard]]:
    """The commit (the newest, unless one is given) and its Parquet files.

    Raises DataError when there is no connection, no such data set, or a file in the list that would leave its folder.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

    api = HfApi(endpoint=endpoint, token=False)
    with telling(repository, endpoint):
        found = commit or api.dataset_info(repository, timeout=_SECONDS).sha or ""
        tree = list(api.list_repo_tree(repository, recursive=True, revision=found, repo_type="dataset"))
    files = [entry for entry in tree if isinstance(entry, RepoFile) and entry.path.lower().endswith(".parquet")]
    for entry in files:
        _check_path(repository, entry.path)
    shards = [Shard(file.path, file.size, file.lfs.sha256 if file.lfs else "", _split(file.path)) for file in files]
    if not shards:
        raise DataError(f"{repository} holds no Parquet files (any more): it cannot be fetched from here.")
    return found, sorted(shards, key=lambda shard: shard.path)


def fetch_shard(repository: str, commit: str, shard: Shard, file: Path, endpoint: str, on_bytes: Callable[[int], None]) -> None:
    """Put the file at `file`, going on where an earlier try was broken off; `on_bytes` is told of bytes as they come.

    Raises DataError when the connection fails or the file arrives damaged, which is then deleted. The client's own
    `hf_hub_download` starts a file anew after a kill, and these files have hundreds of megabytes.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from tqdm import tqdm

    class Counter(tqdm):
        """The bar that the client draws, which here only counts."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            on_bytes(int(n or 0))
            return super().update(n)

    url = hf_hub_url(repository, shard.path, repo_type="dataset", revision=commit, endpoint=endpoint)
    file.parent.mkdir(parents=True, exist_ok=True)
    with telling(repository, endpoint), file.open("ab") as content:
        here = content.tell()
        if here > shard.size:
            here = content.truncate(0)
        on_bytes(here)
        http_get(
            url,
            content,
            resume_size=here,
            expected_size=shard.size,
            tqdm_class=Counter,
        )
    if file.stat().st_size != shard.size or (shard.sha256 and _sha256(file) != shard.sha256):
        file.unlink()
        raise DataError(f"{shard.path} of {repository} arrived damaged: fetch it again, what came well is kept.")


@contextmanager
def telling(repository: str, endpoint: str) -> Iterator[None]:
    """Failures of the Hub and of the way to it, as one line each."""
    import httpx2
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    again = "What was fetched is kept: try again later, or bring the set as a zip."
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise DataError("HF_HUB_OFFLINE is set, so nothing is fetched: unset it, or bring the set as a zip.") from error
    except GatedRepoError as error:
        raise DataError(
            f"{repository} asks for a login on {endpoint}: download it there by hand and bring it as a zip."
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise DataError(f"{endpoint} has no data set {repository} (any more): choose another, or bring it as a zip.") from error
    except HfHubHTTPError as error:
        raise DataError(f"{endpoint} refused {repository} (error {error.response.status_code}). {again}") from error
    except httpx2.HTTPError as error:
        raise DataError(f"There is no connection to {endpoint}. {again}") from error
    except OSError as error:
        raise DataError(f"{repository} cannot be fetched ({_reason(error)}). {again}") from error
    except (ValueError, KeyError, TypeError) as error:  # an answer that is no answer of the Hub's
        if isinstance(error, DataError):
            raise
        raise DataError(f"{endpoint} does not answer as the Hub does ({_reason(error)}): check HF_ENDPOINT.") from error


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _check_path(repository: str, path: str) -> None:
    place = PurePosixPath(path)
    if place.is_absolute() or ".." in place.parts or "\\" in path or not path.isprintable() or re.match("[A-Za-z]:", path):
        raise DataError(f"{repository} lists {ascii(path)[:80]}, which would leave its folder: it is refused.")


def _split(path: str) -> str:
    """The split that a file's folders or the first word of its name tell: `data/train-00000-of-00003.parquet`."""
    *folders, name = path.split("/")
    first = _WORD.match(name)
    return split_of([*folders, first[0] if first else ""])


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
