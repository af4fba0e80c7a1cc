"""Booth: a small server beside the app, where phones vote. It shows one page, takes votes, and reads the round from disk.

Apart from the app, since a hundred phones that ask what is shown would keep a page's script running all the time.
"""

import json
import secrets
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from detector.errors import UserError
from detector.labels import LABEL_NAMES, label_of
from detector.stage.rounds import SCORE, WELCOME, Round, read_round
from detector.stage.votes import cast, vote_of

PORTS = range(8520, 8540)
MOST_BYTES = 500
PATIENCE = 10
"""Seconds until a phone that says nothing is hung up on."""
_PAGE = Path(__file__).with_name("phones.html")
_COOKIE = "phone"
_SAFE = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"),
)


@dataclass(frozen=True, eq=False)
class Booth:
    """A running server for one round, until it is closed."""

    server: ThreadingHTTPServer
    deck: str
    round: str

    @property
    def port(self) -> int:
        """Where it listens, on every network of this computer."""
        return int(self.server.server_address[1])

    def close(self) -> None:
        """Let nobody vote any more."""
        self.server.shutdown()
        self.server.server_close()


def open_booth(deck: str, name: str, wanted: int = 0) -> Booth:
    """Start serving a round, at the port it had before where that is free; raises UserError when no port is."""
    handler = type("RoundHandler", (_Handler,), {"deck": deck, "name": name})
    for port in (wanted, *PORTS) if wanted else PORTS:
        try:
            server = _Server(("", port), handler)
        except OSError:
            continue
        threading.Thread(target=server.serve_forever, args=(0.1,), name=f"booth-{port}", daemon=True).start()
        return Booth(server, deck, name)
    raise UserError(f"The ports {PORTS[0]} to {PORTS[-1]} are taken: close what uses them, or count hands.")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # a room that scans the code at once
    allow_reuse_address = True


class _Handler(BaseHTTPRequestHandler):
    """GET /CODE: the page; GET /CODE/state: what is asked now; POST /CODE/vote: a vote. Any other code gets no further."""

    deck = ""
    name = ""
    timeout = PATIENCE

    def do_GET(self) -> None:
        shown, what = self._asked()
        if shown is None:
            self._page(404 if self.path.strip("/") else 200)
        elif what == "state":
            self._json(200, state(shown, self._phone()))
        elif what == "":
            self._page(200, phone=self._phone() or secrets.token_urlsafe(12))
        else:
            self._page(404)

    def do_POST(self) -> None:
        shown, what = self._asked()
        phone = self._phone()
        if shown is None or what != "vote" or not phone:
            self._json(404, {"error": "Scan the code again."})
            return
        try:
            size = int(self.headers.get("Content-Length", ""))
            told = json.loads(self.rfile.read(size)) if 0 < size <= MOST_BYTES else {}
            picture, answer = str(told["picture"]), str(told["answer"])
        except (ValueError, KeyError, TypeError):
            self._json(400, {"error": "That was no vote."})
            return
        if answer not in LABEL_NAMES or picture != shown.open_picture:
            self._json(409, state(shown, phone))
            return
        try:
            cast(self.deck, self.name, picture, phone, label_of(answer))
        except UserError as error:
            self._json(503, {"error": str(error)})
            return
        self._json(200, state(shown, phone))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: who voted when is nobody's business."""

    def _asked(self) -> tuple[Round | None, str]:
        """The round, if the address holds its code, and what is wanted of it."""
        code, _, what = self.path.partition("?")[0].strip("/").partition("/")
        try:
            shown = read_round(self.deck, self.name)
        except UserError:
            return None, ""
        return (shown, what) if secrets.compare_digest(code.upper().encode(), shown.code.encode()) else (None, "")

    def _phone(self) -> str:
        for part in self.headers.get("Cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == _COOKIE and 8 <= len(value) <= 40 and value.replace("-", "").replace("_", "").isalnum():
                return value
        return ""

    def _page(self, status: int, phone: str = "") -> None:
        body = _PAGE.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if phone:
            self.send_header("Set-Cookie", f"{_COOKIE}={phone}; Max-Age=86400; Path=/; HttpOnly; SameSite=Strict")
        self._end(body)

    def _json(self, status: int, values: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self._end(json.dumps(values).encode())

    def _end(self, body: bytes) -> None:
        for key, value in (*_SAFE, ("Content-Length", str(len(body)))):
            self.send_header(key, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # the phone has gone; there is nobody to tell
            self.close_connection = True


def state(shown: Round, phone: str) -> dict[str, Any]:
    """What a phone shows: waiting, open, closed or over, the picture's key and number, and the phone's own answer."""
    key = shown.place.partition(":")[0]
    number = shown.pictures.index(key) + 1 if key in shown.pictures else 0
    said = {"picture": key if number else "", "number": number, "of": len(shown.pictures)}
    if shown.place in (WELCOME, SCORE):
        return {**said, "state": "waiting" if shown.place == WELCOME else "over", "answer": ""}
    answer = vote_of(shown.deck, shown.id, key, phone) if phone else ""
    if shown.open_picture:
        return {**said, "state": "open", "answer": answer}
    return {**said, "state": "closed" if key in shown.revealed else "waiting", "answer": answer}
