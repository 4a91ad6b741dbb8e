/// All findings about one connector.
public struct DoctorReport: Hashable, Sendable {
  /// The connector's name.
  public var connector: String
  /// In the order of the checks.
  public var findings: [Finding]

  /// See the properties.
  public init(connector: String, findings: [Finding]) {
    self.connector = connector
    self.findings = findings
  }

  /// How many findings are of a severity.
  public func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }

  /// 0 if nothing is an error, 2 if something is, 1 if what would tell could not be looked at.
  public var exitCode: Int32 { count(.error) > 0 ? 2 : count(.unknown) > 0 ? 1 : 0 }

  /// One JSON object: `connector`, `ok`, `warnings`, `errors`, `unknown`, `findings`.
  public var json: String {
    JSONDocument.object([
      .init(name: "connector", value: .string(connector)), .init(name: "ok", value: .bool(exitCode == 0)),
      .init(name: "warnings", value: .number("\(count(.warning))")), .init(name: "errors", value: .number("\(count(.error))")),
      .init(name: "unknown", value: .number("\(count(.unknown))")),
      .init(
        name: "findings",
        value: .array(
          findings.map { finding in
            .object([
              .init(name: "check", value: .string(finding.check)), .init(name: "severity", value: .string(finding.severity.rawValue)),
              .init(name: "subject", value: finding.subject.map { .string($0) } ?? .null),
              .init(name: "message", value: .string(finding.message)),
              .init(name: "advice", value: finding.advice.map { .string($0) } ?? .null),
            ])
          })),
    ]).text
  }
}
