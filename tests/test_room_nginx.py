"""The web server behind nginx, as docs/replay.md writes it: pages with long heads and long addresses arrive."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from archive import config
from archive.recording import Recording
from archive.timing import SystemClock
from tests.crash.exchanges import exchange
from tests.crash.steps import recorded_now
from tests.kept import empty
from tests.served import served

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

DOCS = (Path(__file__).parents[1] / "docs" / "replay.md").read_text()
ROOM, REPLAY = "archive.example", "replay.archive.example"
AT = datetime(2025, 3, 3, 8, 7, 9, tzinfo=UTC)
SLOT = "20250303080709"
PASSWORD = {"Authorization": "Basic " + base64.b64encode(b"reader:secret").decode()}
POLICY = "script-src " + " ".join(f"https://cdn-{number}.news.test" for number in range(120))
FIELD = "v" * 2000
PAGES = {
    "short": ("http://news.test/short", ()),
    "a policy of 3.5 kB": ("http://news.test/policy", (f"Content-Security-Policy: {POLICY}",)),
    "a URL of 2,000 characters": (f"http://news.test/{'a' * 1983}", ()),
    "a URL of 6,000 characters and a head of 80 kB": (
        f"http://news.test/{'b' * 5983}",
        tuple(f"X-{number}: {FIELD}" for number in range(40)),
    ),
}


def block(language: str, holding: str) -> str:
    """Give the example of the document that holds some words."""
    (found,) = [
        each for each in re.findall(rf"^```{language}\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL) if holding in each
    ]
    return str(found)


def put(text: str, there: str, here: str) -> str:
    assert there in text
    return text.replace(there, here)


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def certificate(folder: Path) -> None:
    """Make a certificate for both names, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, ROOM)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(ROOM), x509.DNSName(REPLAY)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "archive.pem").write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "archive.key").write_bytes(secret)


@contextlib.contextmanager
def nginx(folder: Path, ports: tuple[int, int]) -> Iterator[int]:
    """Run nginx with the documented block, all its files in a folder; gives the port it listens at."""
    assert NGINX is not None
    port = free()
    text = put(block("nginx", "proxy_pass"), "listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = put(put(text, "/etc/ssl/", f"{folder}/"), "/etc/nginx/", f"{folder}/")
    for documented, ours in zip((8080, 8081), ports, strict=True):
        text = put(text, f"http://127.0.0.1:{documented};", f"http://127.0.0.1:{ours};")
    (folder / "archive.passwords").write_text("reader:{PLAIN}secret\n")
    places = "\n".join(
        f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log stderr notice;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}\n{text}}}\n"
    )
    command = [NGINX, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (
        open(folder / "log", "wb") as log,
        subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as process,
    ):
        assert process.stderr is not None
        try:
            for line in process.stderr:
                log.write(line)
                if b"start worker process " in line:
                    break
            else:
                log.flush()
                raise AssertionError((folder / "log").read_text())
            yield port
        finally:
            process.terminate()
            log.write(process.communicate(timeout=30)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Where readers find the archive."""

    port: int
    trust: ssl.SSLContext

    def ask(self, name: str, path: str, **fields: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(name)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        with self.trust.wrap_socket(plain, server_hostname=name) as connection.sock:
            connection.request("GET", path, headers=fields)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Serve an archive behind nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    home = empty(folder / "archive")
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for url, fields in PAGES.values():
            for day in range(-2, 3):  # the first, the one before, the next and the last are linked to
                at = AT + timedelta(days=day)
                recorded_now(recording, exchange(url, b"<p>seen", fields=("Content-Type: text/html", *fields), at=at))
    finally:
        recording.close()
    file = home / config.FILE
    file.write_text(put(file.read_text(), "[serve]\n", block("toml", ROOM)))
    certificate(folder)
    ports = free(), free()
    with (
        served(home, "--port", str(ports[0]), "--replay-port", str(ports[1])) as roots,
        nginx(folder, ports) as port,
    ):
        assert (roots.room, roots.replay) == (f"https://{ROOM}", f"https://{REPLAY}")
        yield Outside(port=port, trust=ssl.create_default_context(cafile=str(folder / "archive.pem")))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_arrives_whatever_its_head_and_its_address(outside: Outside, page: str) -> None:
    url = PAGES[page][0]

    for path in (f"/{SLOT}/{url}", f"/{SLOT}id_/{url}"):
        status, headers, body = outside.ask(REPLAY, path, **PASSWORD)
        assert (status, b"seen" in body) == (200, True)
        assert headers["memento-datetime"] == "Mon, 03 Mar 2025 08:07:09 GMT"
    status, _, body = outside.ask(ROOM, f"/web/{SLOT}/{url}", **PASSWORD)
    assert status == 200
    assert f'src="https://{REPLAY}/{SLOT}/{url}"'.encode() in body


@pytest.mark.parametrize("name", [ROOM, REPLAY])
def test_nobody_is_let_in_without_the_password(outside: Outside, name: str) -> None:
    for path in ("/", f"/{SLOT}/http://news.test/short", f"/{SLOT}im_/http://news.test/short"):
        assert outside.ask(name, path)[0] == 401
