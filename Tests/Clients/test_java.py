"""Apache Kafka's Java client 4.3, the one that every other client is measured by: the cases are in java/."""

import os
import re
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent / "java"
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def cases():
    """The names of the cases as the sources register them, without starting Java to ask."""
    names = [n for s in sorted(SOURCES.glob("*Cases.java")) for n in re.findall(r'cases\.put\("(\w+)"', s.read_text())]
    return [n + c for n in names for c in (CODECS if n.endswith("_") else [""])]


def java(*arguments, seconds=75):
    classpath = os.environ["CLIENTS_CLASSPATH"]
    # A short life needs no optimising compiler, and six of them at once no large heap.
    options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m"]
    return subprocess.run(
        ["java", *options, "-cp", classpath, "Conformance", *arguments], capture_output=True, text=True, timeout=seconds, check=False
    )


def test_all_cases_are_run():
    assert java("--list").stdout.split() == sorted(cases())


@pytest.mark.timeout(90)
@pytest.mark.parametrize("case", cases())
def test_java(bootstrap, case):
    result = java(bootstrap, case)
    assert result.returncode == 0 and "passed" in result.stdout, f"{result.stdout}\n{result.stderr[-4000:]}"
