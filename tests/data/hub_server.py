"""A server on loopback that speaks as much of the Hub's protocol as a download of data sets needs.

As on the Hub, a file's address answers with a redirect to where its bytes are, which takes ranges.
"""

import hashlib
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

import numpy as np
import pyarrow
import pyarrow.parquet
from PIL import Image

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What the server holds, how it behaves, and what it was asked: (method, path, Range)."""

    files: dict[str, dict[str, bytes]]  # repository: path: content
    listed: dict[str, list[str]] = field(default_factory=dict)  # more paths that a listing names
    damage: dict[str, bytes] = field(default_factory=dict)  # path: what is sent instead
    gated: bool = False
    slow: float = 0.0  # seconds for each piece of 64 kB
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""

    def fetched(self, path: str) -> list[str]:
        """The ranges in which a file's bytes were asked for."""
        return [wanted for method, asked, wanted in self.asked if method == "GET" and asked.endswith(path) and "/cdn/" in asked]


@contextmanager
def running_hub(hub: Hub) -> Iterator[Hub]:
    """Serve it until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path, self.headers.get("Range", "")))
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "datasets"]:
            self._api("/".join(parts[2:4]), parts[4:])
        elif parts[0] == "datasets" and parts[3:4] == ["resolve"]:
            self._resolve("/".join(parts[1:3]), "/".join(parts[5:]))
        elif parts[0] == "cdn":
            self._bytes("/".join(parts[1:3]), "/".join(parts[3:]), body)
        else:
            self._error(404, "EntryNotFound")

    def _api(self, repository: str, rest: list[str]) -> None:
        if self.hub.gated:
            self._error(403, "GatedRepo")
        elif repository not in self.hub.files:
            self._error(401, "RepoNotFound")
        elif rest[:1] == ["tree"]:
            held = {path: (len(content), _sha(content)) for path, content in self.hub.files[repository].items()}
            more = dict.fromkeys(self.hub.listed.get(repository, []), (9, "0" * 64))
            self._json([_entry(path, size, sha) for path, (size, sha) in {**held, **more}.items()])
        else:
            self._json({"id": repository, "sha": COMMIT, "siblings": [], "private": False, "tags": [], "downloads": 0})

    def _resolve(self, repository: str, path: str) -> None:
        content = self.hub.files.get(repository, {}).get(path)
        if content is None:
            self._error(404, "EntryNotFound")
            return
        sha = _sha(content)
        self.send_response(302)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/cdn/{repository}/{path}")  # another host
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("X-Linked-Etag", f'"{sha}"')
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _bytes(self, repository: str, path: str, body: bool) -> None:
        content = self.hub.damage.get(path, self.hub.files[repository][path])
        wanted = self.headers.get("Range", "")
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", f'"{_sha(content)}"')
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if not body:
            return
        try:
            for at in range(start, len(content), 65536):
                time.sleep(self.hub.slow)
                self.wfile.write(content[at : at + 65536])
        except OSError:
            self.close_connection = True  # the reader was killed

    def _json(self, value: object) -> None:
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _error(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


def shard(labels: list[int], names: list[str] | None, first: int = 0, side: int = 24, **more: list[object]) -> bytes:
    """A Parquet file as the `datasets` library writes it: pictures, labels, and in its notes what the labels are called."""
    pictures = [{"bytes": picture(first + index, side), "path": None} for index in range(len(labels))]
    table = pyarrow.table({"image": pictures, "label": pyarrow.array(labels, pyarrow.int64()), **more})
    features = {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}
    if names:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, row_group_size=8, compression="none")
    return buffer.getvalue()


def picture(seed: int, side: int = 24) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _entry(path: str, size: int, sha: str) -> dict[str, object]:
    return {
        "type": "file",
        "path": path,
        "size": size,
        "oid": sha[:40],
        "lfs": {"oid": sha, "size": size, "pointerSize": 134},
    }
