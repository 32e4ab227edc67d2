"""The loopback web of the benchmarks: nginx, in a folder of its own, on a free port; forty host names lead to it.

Many names, so that one request in flight a host does not make a crawler wait. Pages come with their charset: without
it Scrapy guesses that of the gzipped bytes, which costs it three times the page itself.
"""

from __future__ import annotations

import gzip
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Failed

ADDRESS = "127.0.0.1"
HOSTS = tuple(f"paper-{number}.example" for number in range(40))
MISSING = "nginx is not installed; on Debian or Ubuntu: sudo apt-get install nginx-light"
_SECONDS_TO_START = 10
_CONFIGURATION = """\
daemon off;
master_process off;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log" warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000;
  keepalive_timeout 300s;
  client_body_temp_path "{folder}/body";
  proxy_temp_path "{folder}/proxy";
  fastcgi_temp_path "{folder}/fastcgi";
  uwsgi_temp_path "{folder}/uwsgi";
  scgi_temp_path "{folder}/scgi";
  types {{ text/html html; }}
  default_type application/octet-stream;
  charset utf-8;
  server {{
    listen {address}:{port};
    location /plain/ {{ alias "{files}/"; }}
    location /gzip/ {{ alias "{files}/"; gzip_static on; add_header Vary Accept-Encoding; }}
  }}
}}
"""


def put(folder: Path, pages: Iterable[bytes]) -> int:
    """Lay down pages as they are and gzipped, as ``0.html``, ``1.html`` ...; give how many bytes they have."""
    size = 0
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_bytes(page)
        (folder / f"{number}.html.gz").write_bytes(gzip.compress(page, 6, mtime=0))
        size += len(page)
    return size


def urls(coding: str, count: int) -> Sequence[str]:
    """Give the URLs of the pages, host after host in turn; ``coding`` is ``plain`` or ``gzip``."""
    return [f"http://{HOSTS[number % len(HOSTS)]}/{coding}/{number}.html" for number in range(count)]


@contextmanager
def served(files: Path, folder: Path) -> Iterator[int]:
    """Serve ``files`` and give the port; nginx keeps its own files in ``folder`` and ends with the block."""
    program = shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/bin")
    if program is None:
        raise Failed(MISSING)
    port = _free_port()
    configuration = folder / "nginx.conf"
    text = _CONFIGURATION.format(folder=folder, files=files, address=ADDRESS, port=port)
    configuration.write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(process, port, folder / "error.log")
        yield port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((ADDRESS, 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex((ADDRESS, port)) == 0:
                return
        time.sleep(0.05)
    complaint = log.read_text(encoding="utf-8")[-1000:] if log.exists() else ""
    raise Failed(f"nginx did not start: {complaint.strip() or process.poll()}")
