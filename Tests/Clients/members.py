"""Starts member.py processes and follows what they say."""

import json
import subprocess
import sys
import threading
from pathlib import Path


class Member:
    """A group member in its own process. `held` are its partitions now, `events` everything it said."""

    def __init__(self, bootstrap, group, topic, strategy, instance=None):
        command = [sys.executable, str(Path(__file__).parent / "member.py"), bootstrap, group, topic, strategy]
        self.process = subprocess.Popen(
            command + ([instance] if instance else []), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.events = []
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _follow(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    @property
    def changes(self):
        return [e for e in list(self.events) if e["what"] in ("assigned", "revoked")]

    @property
    def held(self):
        changes = self.changes
        return changes[-1]["held"] if changes else []

    def of_kind(self, what):
        return [e for e in list(self.events) if e["what"] == what]

    def leave(self):
        """Closes the consumer, which leaves the group (a static member does not), and waits for the end of the process."""
        self.process.stdin.close()
        assert self.process.wait(timeout=20) == 0
        self.thread.join(5)

    def kill(self):
        """kill -9: the group hears nothing until the session times out."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.thread.join(5)


def dealt_out(members, partitions):
    """Whether every partition has exactly one owner, and no member is left without where there are enough."""
    held = [m.held for m in members]
    return sorted(sum(held, [])) == list(range(partitions)) and (len(members) > partitions or all(held)) and held
