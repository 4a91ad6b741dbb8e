"""A PostgreSQL server of the test's own: made in a folder, on a port of its own, gone afterwards."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path


def binaries():
    named = os.environ.get("PARITY_POSTGRES_BIN")
    if named:
        return Path(named)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if not initdb:
        raise SystemExit("parity: no PostgreSQL server was found; install postgresql, or name a bin folder in PARITY_POSTGRES_BIN")
    return Path(initdb).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """PostgreSQL refuses to run as root, so as root it runs as the user `postgres`."""

    def __init__(self, folder):
        self.bin = binaries()
        self.folder = Path(folder)
        self.port = free_port()
        self.account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        self.process = None

    def start(self):
        data = self.folder / "data"
        if self.account:
            shutil.chown(self.folder, "postgres", "postgres")
        subprocess.run(
            [self.bin / "initdb", "-D", data, "-U", "parity", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **self.account)
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "wal_level": "logical",
            "max_replication_slots": 32, "max_wal_senders": 32, "fsync": "off", "timezone": "UTC", "shared_buffers": "32MB",
            "log_min_messages": "fatal",
        }  # fmt: skip
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = open(self.folder / "server.log", "wb")
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", data, *words], stdout=log, stderr=log, cwd="/", start_new_session=True, **self.account)
        deadline = time.monotonic() + 60
        while subprocess.run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False).returncode:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit("parity: PostgreSQL did not start: " + (self.folder / "server.log").read_text()[-2000:])
            time.sleep(0.1)

    def sql(self, text, database="postgres", check=True):
        """Runs statements, each in a transaction of its own; gives the lines of their results and the errors."""
        done = subprocess.run(
            [self.bin / "psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-U", "parity", "-d", database,
             "-v", f"ON_ERROR_STOP={int(check)}", "-f", "-"],
            input=text, capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
        if check and done.returncode:
            raise SystemExit(f"parity: {done.stderr}\nof: {text[:3000]}")
        return done.stdout.splitlines(), done.stderr

    def version(self):
        return int(re.match(r"\d+", self.sql("show server_version")[0][0]).group())

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
