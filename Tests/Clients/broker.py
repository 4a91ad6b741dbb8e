"""A `sluice broker` of a test's own, for tests that stop, kill and start it again."""

import os
import signal
import subprocess
from pathlib import Path

from waiting import eventually


class Broker:
    """One data folder; the first start takes a free port and later ones keep it, so that clients find the broker again."""

    def __init__(self, binary, folder, settings=()):
        self.binary = binary
        self.folder = Path(folder)
        self.settings = list(settings)
        self.address = None
        self.process = None
        self.log = self.folder / "broker.log"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        address_file = self.folder / "address"
        address_file.unlink(missing_ok=True)
        command = [
            self.binary, "broker", "--data", str(self.folder / "data"), "--listen", self.address or "127.0.0.1:0",
            "--http-listen", "127.0.0.1:0", "--address-file", str(address_file), "--partitions", "3",
        ]
        for setting in self.settings:
            command += ["--set", setting]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

        def address():
            if self.process.poll() is not None:
                return "ended"
            return address_file.exists() and address_file.read_text().strip()

        self.address = eventually(address, f"the broker serves (log: {self.log})", seconds=30)
        assert self.address != "ended", f"the broker ended at once:\n{self.log.read_text()[-3000:]}"
        return self

    def kill(self):
        """kill -9: nothing is flushed, said or closed by the broker."""
        self._end(signal.SIGKILL)

    def stop(self):
        """The clean stop; it must end by itself, with status 0."""
        assert self._end(signal.SIGTERM) == 0, self.log.read_text()[-3000:]

    def _end(self, how):
        if self.process is None:
            return 0
        if self.process.poll() is None:
            os.kill(self.process.pid, how)
        try:
            return self.process.wait(timeout=30)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.process = None
