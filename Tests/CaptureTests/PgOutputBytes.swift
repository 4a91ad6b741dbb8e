/// Builds pgoutput messages.
struct PgOutputBytes {
  var bytes: [UInt8] = []

  static func message(_ tag: Character) -> PgOutputBytes { PgOutputBytes(bytes: Array(String(tag).utf8)) }

  func int<T: FixedWidthInteger>(_ value: T) -> PgOutputBytes {
    PgOutputBytes(bytes: bytes + withUnsafeBytes(of: value.bigEndian) { Array($0) })
  }

  func text(_ value: String) -> PgOutputBytes { PgOutputBytes(bytes: bytes + Array(value.utf8) + [0]) }

  func tag(_ value: Character) -> PgOutputBytes { PgOutputBytes(bytes: bytes + Array(String(value).utf8)) }

  /// nil is NULL, "\u{0}" an unchanged TOASTed value.
  func tuple(_ values: [String?]) -> PgOutputBytes {
    var out = int(UInt16(values.count))
    for value in values {
      switch value {
      case nil: out = out.tag("n")
      case "\u{0}": out = out.tag("u")
      case let value?:
        out = out.tag("t").int(UInt32(value.utf8.count))
        out.bytes += Array(value.utf8)
      }
    }
    return out
  }

  static let relation = message("R").int(UInt32(7)).text("public").text("customers").tag("d").int(UInt16(2))
    .int(UInt8(1)).text("id").int(UInt32(23)).int(Int32(-1))
    .int(UInt8(0)).text("email").int(UInt32(25)).int(Int32(-1))

  /// One of each kind.
  static let samples: [[UInt8]] = [
    message("B").int(UInt64(0x1_0000_0001)).int(Int64(1)).int(UInt32(700)),
    message("C").int(UInt8(0)).int(UInt64(1)).int(UInt64(2)).int(Int64(3)),
    message("O").int(UInt64(9)).text("elsewhere"),
    relation,
    message("Y").int(UInt32(16_400)).text("public").text("mood"),
    message("I").int(UInt32(7)).tag("N").tuple(["1", "a@example.com"]),
    message("U").int(UInt32(7)).tag("N").tuple(["1", "\u{0}"]),
    message("U").int(UInt32(7)).tag("K").tuple(["1", nil]).tag("N").tuple(["2", "b"]),
    message("U").int(UInt32(7)).tag("O").tuple(["1", "a"]).tag("N").tuple(["1", "\u{0}"]),
    message("D").int(UInt32(7)).tag("K").tuple(["1", nil]),
    message("T").int(UInt32(1)).int(UInt8(2)).int(UInt32(7)),
    message("M").int(UInt8(1)).int(UInt64(5)).text("audit").int(UInt32(5)).tag("h").tag("e").tag("l").tag("l").tag("o"),
  ].map(\.bytes)
}
