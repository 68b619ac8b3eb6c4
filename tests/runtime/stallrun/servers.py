"""The processes and threads of a run: the application under uvicorn, and the HTTP service it calls."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType


class _Handler(BaseHTTPRequestHandler):
    """Answers every request, late, with what was asked."""

    protocol_version = "HTTP/1.1"
    delay = 0.0

    def do_GET(self) -> None:
        """Answer after the delay."""
        self.rfile.read(int(self.headers.get("content-length") or 0))
        time.sleep(self.delay)
        body = json.dumps({"method": self.command, "path": self.path}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


class Upstream:
    """An HTTP service on 127.0.0.1 that takes ``delay`` seconds for every answer."""

    def __init__(self, delay: float) -> None:
        handler = type("Handler", (_Handler,), {"delay": delay})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Upstream:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Application:
    """``module:app`` of a folder, served by one uvicorn worker in a process of its own."""

    def __init__(self, folder: Path, app: str, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.app = app
        self._environment = environment or {}
        self._scratch = tempfile.TemporaryDirectory(prefix="app-", ignore_cleanup_errors=True)
        self.data_dir = Path(self._scratch.name)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Application:
        for _ in range(3):
            self.port = free_port()
            self._start()
            if self._answers():
                return self
            self._stop()
        log = self._log_file.read_text(errors="replace")
        self._scratch.cleanup()
        raise RuntimeError(f"{self.app} in {self.folder} does not start:\n{log}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._scratch.cleanup()

    @property
    def _log_file(self) -> Path:
        return self.data_dir / "server.log"

    def _start(self) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SHOP_DATA_DIR": str(self.data_dir),
            **self._environment,
        }
        command = [sys.executable, "-m", "uvicorn", self.app, "--host", "127.0.0.1", "--port", str(self.port)]
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--log-level", "warning", "--timeout-graceful-shutdown", "2"],
                cwd=self.data_dir,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        """Wait until something answers HTTP on the port; False when the process ends first or 30 s have passed."""
        assert self._process is not None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/health")
                connection.getresponse().read()
                return True
            except OSError:
                time.sleep(0.05)
            finally:
                connection.close()
        return False
