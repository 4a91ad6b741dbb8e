"""A Kafka Connect REST API that keeps connectors in memory: what connectors/register.sh asks for, and no more.

usage: connect.py PORT [FAILED-CONNECTOR]

The first PUT is answered with 409, as by a cluster whose workers are agreeing on who does what. The task of the first connector runs from
the second question on, that of FAILED-CONNECTOR fails.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

connectors = {}
asked = {}
refusals = [409]


class Connect(BaseHTTPRequestHandler):
    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        parts = self.path.strip("/").split("/")
        if parts == ["connectors"]:
            return self.answer(200, sorted(connectors))
        name = parts[1]
        if name not in connectors:
            return self.answer(404, {"error_code": 404, "message": "Connector %s not found" % name})
        if parts[2] == "config":
            return self.answer(200, connectors[name])
        asked[name] = asked.get(name, 0) + 1
        slow = name == next(iter(connectors)) and asked[name] == 1
        task = {"id": 0, "state": "UNASSIGNED" if slow else "RUNNING", "worker_id": "w"}
        if name in sys.argv[2:]:
            task.update(state="FAILED", trace="io.debezium.DebeziumException: no such slot\n\tat somewhere")
        self.answer(200, {"name": name, "connector": {"state": "RUNNING", "worker_id": "w"}, "tasks": [task], "type": "source"})

    def do_PUT(self):
        config = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if refusals:
            return self.answer(refusals.pop(), {"error_code": 409, "message": "rebalance"})
        name = self.path.strip("/").split("/")[1]
        if "connector.class" not in config:
            return self.answer(400, {"error_code": 400, "message": "connector.class is missing"})
        known = name in connectors
        connectors[name] = config
        self.answer(200 if known else 201, {"name": name, "config": config, "tasks": []})


HTTPServer(("127.0.0.1", int(sys.argv[1])), Connect).serve_forever()
