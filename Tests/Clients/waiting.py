"""Waiting with a deadline: a test asks again until something holds, and says what it saw when it does not."""

import time


def eventually(ask, what, seconds=20.0, pause=0.05):
    """Calls `ask` until it returns something true, and returns that. Exceptions count as "not yet"; the last one is told."""
    deadline = time.monotonic() + seconds
    seen = None
    while True:
        try:
            seen = ask()
            if seen:
                return seen
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown when time is up
            seen = error
        if time.monotonic() >= deadline:
            raise AssertionError(f"within {seconds:g} s not so: {what}; last seen: {seen!r}")
        time.sleep(pause)


class Deadline:
    """The end of a loop that polls a client; the client's own poll does the waiting."""

    def __init__(self, seconds, what):
        self.end = time.monotonic() + seconds
        self.seconds = seconds
        self.what = what

    def check(self, seen=None):
        if time.monotonic() >= self.end:
            raise AssertionError(f"within {self.seconds:g} s not so: {self.what}; last seen: {seen!r}")
        return True
