"""Both engines, each as a process whose records arrive in a file."""

import json
import os
import re
import subprocess
import threading
import time
from pathlib import Path

BARRIER = "zz_barrier"


class Records:
    """The lines of a file that an engine is writing, as they come."""

    def __init__(self, path):
        self.path = Path(path)
        self.lines = []
        self.position = 0
        self.rest = b""

    def read(self):
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self.position)
                data = file.read()
            self.position += len(data)
            *lines, self.rest = (self.rest + data).split(b"\n")
            self.lines += [line.decode() for line in lines]
        return self.lines

    def wait_for_barrier(self, number, alive, seconds):
        """Waits for the row that marks a point in the stream; False once the engine is dead or the time is over."""
        sign = re.compile(rf'"id":{number}\b')
        seen = 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            lines = self.read()
            if any(f".{BARRIER}" in line[:200] and sign.search(line) for line in lines[seen:]):
                return True
            seen = len(lines)
            if not alive():
                return False
            time.sleep(0.05)
        return False


class Sluice:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = Path(folder)

    def start(self, name, settings):
        connector = self.folder / f"{name}.json"
        connector.write_text(json.dumps({"name": name, "config": settings}))
        self.records = Records(self.folder / f"{name}.jsonl")
        self.log = self.folder / f"{name}.log"
        with self.records.path.open("wb") as out, self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.binary, "capture", "--connector", connector, "--to", "stdout"], stdout=out, stderr=log, cwd=self.folder,
                start_new_session=True)  # fmt: skip

    def alive(self):
        return self.process.poll() is None

    def problem(self):
        return self.log.read_text()[-3000:]

    def stop(self):
        if self.alive():
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Debezium:
    """One Java process; an engine inside it for each connector."""

    def __init__(self, classpath, folder):
        self.folder = Path(folder)
        self.log = self.folder / "debezium.log"
        options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8"]
        self.process = subprocess.Popen(
            ["java", *options, "-cp", classpath, "Engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("wb"),
            text=True, start_new_session=True)  # fmt: skip
        self.records = None

    def command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = []
        reader = threading.Thread(target=lambda: answer.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(60)
        if not answer or answer[0].startswith("failed") or not answer[0]:
            raise SystemExit(f"parity: Debezium's engine answered {answer} to: {text}\n{self.problem()}")

    def start(self, name, settings):
        own = dict(settings)
        own.update({
            "name": name, "offset.storage": "org.apache.kafka.connect.storage.MemoryOffsetBackingStore", "offset.flush.interval.ms": "1000",
            "poll.interval.ms": "20",
        })  # fmt: skip
        path = self.folder / f"{name}.properties"
        escape = lambda text: "".join(c if 32 < ord(c) < 127 and c not in "\\:=#!" else f"\\u{ord(c):04x}" for c in text)
        path.write_text("".join(f"{escape(key)}={escape(value)}\n" for key, value in own.items()))
        self.records = Records(self.folder / f"{name}.jsonl")
        self.start_of_log = os.path.getsize(self.log)
        self.command(f"start {path} {self.records.path}")

    def alive(self):
        return self.process.poll() is None and "ENGINE FAILED" not in self.problem()

    def problem(self):
        """What it complained about: the causes, without the stacks."""
        with self.log.open("rb") as file:
            file.seek(self.start_of_log)
            lines = file.read().decode(errors="replace").splitlines()
        telling = ("Caused by", "ERROR", "ENGINE FAILED", "Invalid", "Failed to properly convert")
        return "\n".join(dict.fromkeys(line for line in lines if any(word in line for word in telling)))[-6000:]

    def stop(self):
        if self.alive():
            self.command(f"stop {self.records.path}")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
