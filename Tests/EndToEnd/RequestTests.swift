import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// Requests that are wrong: a status and a problem document that says which, and the daemon goes on.
  @Suite struct RequestTests {
    @Test func ofTheCommandDaemon() async throws {
      try await Installation.with { installation in
        let daemon = try installation.server("command", ["--set", "command.max_body_bytes=2KiB"])
        try await daemon.http.ready()
        let http = daemon.http
        let body = #"{"name": "Acme"}"#

        let answers: [(String, Int, HTTPClient.Answer)] = [
          ("an unknown command", 404, try await http.post("/v1/commands/launch-rocket", body)),
          ("no JSON", 400, try await http.post("/v1/commands/register-brand", "{name: Acme")),
          ("no object", 400, try await http.post("/v1/commands/register-brand", "[1]")),
          ("nothing", 400, try await http.post("/v1/commands/register-brand", "")),
          (
            "too large", 413,
            try await http.post("/v1/commands/register-brand", #"{"name": "\#(String(repeating: "x", count: 20_000))"}"#)
          ),
          ("no field", 422, try await http.post("/v1/commands/register-brand", "{}")),
          ("an unknown field", 422, try await http.post("/v1/commands/register-brand", #"{"name": "Acme", "nmae": 1}"#)),
          ("no JSON type", 415, try await http.post("/v1/commands/register-brand", body, headers: ["Content-Type": "text/plain"])),
          ("no version", 400, try await http.post("/v1/commands/register-brand", body, headers: ["If-Match": "seven"])),
          ("no such path", 404, try await http.get("/v1/nothing")),
          ("no such method", 405, try await http.post("/health/ready", body)),
        ]
        for (what, status, answer) in answers {
          #expect(answer.status == status, "\(what): \(answer.body)")
          #expect(answer.contentType == "application/problem+json", "\(what)")
          #expect(answer.member("status") == "\(status)", "\(what): \(answer.body)")
          #expect(answer.member("detail")?.isEmpty == false, "\(what): \(answer.body)")
          for word in ["SELECT", "INSERT", "PostgresError", "Error(", ".swift"] { #expect(!answer.body.contains(word), "\(what)") }
        }

        // None of them was carried out, and the next good one is.
        let accepted = try await http.post("/v1/commands/register-brand", body, headers: ["Idempotency-Key": "k1"])
        #expect(accepted.status == 202, "\(accepted.body)")
        let again = try await http.post("/v1/commands/register-brand", body, headers: ["Idempotency-Key": "k1"])
        #expect(again.member("commandId") == accepted.member("commandId"))
        let brands = try await installation.connected(installation.write) {
          try await $0.query("SELECT count(*) FROM brands").single()[0, as: Int64.self]
        }
        #expect(brands == 1)
        #expect(try await daemon.run.terminate() == .code(0))
      }
    }

    @Test func aPortThatIsTaken() async throws {
      try await Installation.with { installation in
        let first = try installation.server("query")
        try await first.http.ready()
        let second = try installation.sluice(["query", "--listen", "127.0.0.1:\(first.http.port)"])
        try await expectOneLine(second, code: .failed, naming: ["127.0.0.1:\(first.http.port)", "in use"])
        try await first.http.ready()
      }
    }
  }
}
