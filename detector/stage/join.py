"""How phones find the stage: the address of this computer on its network, and a QR code of it."""

import io
import ipaddress
import re
import socket

from detector.errors import UserError

LONE = "127.0.0.1"


def lan_address() -> str:
    """This computer's address on the network that its traffic takes; 127.0.0.1 where it is on none. Nothing is sent."""
    for target in ("192.0.2.1", "10.255.255.255", "192.168.255.255"):  # nobody's own: only the route to it is looked up
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                found = str(probe.getsockname()[0])
            except OSError:
                continue
        if not ipaddress.ip_address(found).is_loopback:
            return found
    return LONE


def checked_host(text: str) -> str:
    """A host that phones can be sent to, as people type or paste it; raises UserError for what is none."""
    host = re.sub(r"^https?://|[/?#].*$", "", text.strip())
    host = re.sub(r":\d+$", "", host) if host.count(":") == 1 else host
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if not re.fullmatch(
            r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*", host
        ):
            raise UserError(f"{text[:60]!r} is no address: type something like 192.168.1.20 or laptop.local.") from None
    return f"[{host.strip('[]')}]" if ":" in host else host


def reaches_phones(host: str) -> bool:
    """Whether an address can lead another device here."""
    return host not in ("localhost", "[::1]") and not host.startswith("127.")


def join_url(host: str, port: int, code: str) -> str:
    """Where phones vote."""
    return f"http://{host}:{port}/{code}"


def qr_png(text: str) -> bytes:
    """A QR code as a PNG, black on white with its quiet zone."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=12, border=4)
    return buffer.getvalue()
