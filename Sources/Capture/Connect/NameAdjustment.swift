/// `schema.name.adjustment.mode` and `field.name.adjustment.mode`: names that Avro accepts (`io.debezium.schema.SchemaNameAdjuster`).
struct NameAdjustment: Hashable, Sendable {
  /// The mode.
  enum Mode: String, Hashable, Sendable {
    /// Names stay as they are.
    case none
    /// `_` stands for each character that Avro does not allow.
    case avro
    /// `_uXXXX` stands for each such character, and for `_`.
    case avroUnicode = "avro_unicode"
  }

  var mode: Mode
  /// Whether names are those of fields: these have no dots.
  var isField: Bool

  static let none = NameAdjustment(mode: .none, isField: false)

  /// The name to write.
  func adjust(_ name: String) -> String {
    guard mode != .none, !name.isEmpty else { return name }
    var result = ""
    result.reserveCapacity(name.utf8.count)
    // Java's characters are UTF-16 units.
    for (i, unit) in name.utf16.enumerated() {
      if isValid(unit, isFirst: i == 0), let scalar = Unicode.Scalar(unit) {
        result.unicodeScalars.append(scalar)
        continue
      }
      switch mode {
      case .none, .avro:
        result += "_"
        // Two names that differ in their first digit alone stay two names.
        if i == 0, (0x30...0x39).contains(unit), let scalar = Unicode.Scalar(unit) { result.unicodeScalars.append(scalar) }
      case .avroUnicode:
        let hex = String(unit, radix: 16)
        result += "_u" + (hex.count <= 2 ? "00" + hex : hex)
      }
    }
    return result
  }

  private func isValid(_ unit: UInt16, isFirst: Bool) -> Bool {
    switch unit {
    case 0x41...0x5A, 0x61...0x7A: true
    case 0x5F: mode == .avro
    case 0x30...0x39: !isFirst
    case 0x2E: !isFirst && !isField
    default: false
    }
  }
}
