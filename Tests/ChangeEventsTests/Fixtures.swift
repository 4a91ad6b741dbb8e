import Foundation

@testable import ChangeEvents

/// The recordings and what else the tests read.
enum Fixtures {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

  static func lines(_ name: String) throws -> [String] {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// A recording's values, with numbers where times, LSNs and transaction ids were masked; tombstones left out.
  static func values(_ name: String) throws -> [[UInt8]] {
    try lines(name).compactMap { line in
      guard let value = line.range(of: ",\"value\":") else { return nil }
      let text = line[value.upperBound...].dropLast().replacingOccurrences(of: "\"<int>\"", with: "1709210096789")
      return text == "null" ? nil : Array(text.utf8)
    }
  }

  /// The part of a line between two markers.
  static func part(_ line: String, from: String, to: String) -> String? {
    guard let start = line.range(of: from), let end = line.range(of: to, range: start.upperBound..<line.endIndex) else { return nil }
    return String(line[start.upperBound..<end.lowerBound])
  }

  /// The tables of `types.ddl.sql` and `types.dml.sql`, as PostgreSQL 15 printed them by COPY before and after the latter.
  static func tables() throws -> (catalog: TypeCatalog, snapshot: [String: TableFixture], streamed: [String: TableFixture]) {
    var catalog = TypeCatalog()
    var snapshot: [String: TableFixture] = [:]
    var streamed: [String: TableFixture] = [:]
    var current: (tag: String, name: String)?
    for line in try lines("types.copy.txt") {
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix("! ") {
        catalog.add([
          PostgresType(
            oid: UInt32(words[1]) ?? 0, typname: words[2], typtype: words[3], typcategory: words[4], typelem: UInt32(words[5]) ?? 0,
            typbasetype: UInt32(words[6]) ?? 0, typtypmod: Int32(words[7]) ?? -1)
        ])
      } else if line.hasPrefix("# ") {
        current = (words[1], words[2])
        let table = TableFixture(columns: words.dropFirst(3).map(TableFixture.Column.init))
        if words[1] == "snapshot" { snapshot[words[2]] = table } else { streamed[words[2]] = table }
      } else if let current {
        if current.tag == "snapshot" { snapshot[current.name]?.append(line) } else { streamed[current.name]?.append(line) }
      }
    }
    return (catalog, snapshot, streamed)
  }
}

/// A table's columns and its rows by id, values as text.
struct TableFixture {
  struct Column {
    var name: String
    var type: UInt32
    var typmod: Int32
    var isOptional: Bool

    init(_ text: String) {
      let parts = text.split(separator: ":").map(String.init)
      name = parts[0]
      type = UInt32(parts[1]) ?? 0
      typmod = Int32(parts[2]) ?? -1
      isOptional = parts[3] == "false"
    }
  }

  var columns: [Column]
  var rows: [String: [[UInt8]?]] = [:]

  init(columns: [Column]) { self.columns = columns }

  /// Adds a line of COPY's text format.
  mutating func append(_ line: String) {
    let values = line.split(separator: "\t", omittingEmptySubsequences: false).map { field -> [UInt8]? in
      if field == "\\N" { return nil }
      var bytes: [UInt8] = []
      var escaped = false
      for byte in field.utf8 {
        if !escaped && byte == UInt8(ascii: "\\") {
          escaped = true
          continue
        }
        switch (escaped, byte) {
        case (true, UInt8(ascii: "n")): bytes.append(0x0A)
        case (true, UInt8(ascii: "t")): bytes.append(0x09)
        default: bytes.append(byte)
        }
        escaped = false
      }
      return bytes
    }
    rows[String(decoding: values[0] ?? [], as: UTF8.self)] = values
  }

  func encoder(_ catalog: TypeCatalog, _ options: EncodingOptions) throws -> RowEncoder {
    RowEncoder(
      fields: try columns.enumerated().map { index, column in
        RowEncoder.Field(
          name: column.name, column: index,
          encoder: try ColumnEncoder(
            type: column.type, typmod: column.typmod, catalog: catalog, isOptional: column.isOptional, options: options))
      })
  }
}

/// The four settings under which the types were recorded.
enum Variant: String, CaseIterable {
  case `default`, strings, doubles, isostring

  var options: EncodingOptions {
    switch self {
    case .default: EncodingOptions()
    case .strings:
      EncodingOptions(decimalHandling: .string, timePrecision: .connect, intervalHandling: .string, binaryHandling: .hex)
    case .doubles:
      EncodingOptions(decimalHandling: .double, timePrecision: .adaptiveTimeMicroseconds, binaryHandling: .base64URLSafe)
    case .isostring: EncodingOptions(timePrecision: .isostring, binaryHandling: .base64)
    }
  }
}

/// A generator that a seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension ColumnEncoder {
  /// The JSON of a text, for tests.
  func json(_ text: String) throws -> String {
    var writer = JSONWriter()
    try Array(text.utf8).withUnsafeBytes { bytes throws in try write(text: bytes, to: &writer) }
    return String(decoding: writer.copyBytes(), as: UTF8.self)
  }
}
