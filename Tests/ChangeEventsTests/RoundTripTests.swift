import Testing

@testable import ChangeEvents

/// Random values of each type: PostgreSQL text -> JSON -> envelope -> PostgreSQL text.
@Suite struct RoundTripTests {
  typealias Generator = SeededGenerator

  static let modes: [EncodingOptions] =
    Variant.allCases.map(\.options) + [
      EncodingOptions(decimalHandling: .string, timePrecision: .microseconds, intervalHandling: .string, hstoreHandling: .map),
      EncodingOptions(timePrecision: .nanoseconds, intervalHandling: .string),
    ]

  private func trip(_ text: String, type: UInt32, typmod: Int32, _ options: EncodingOptions) throws -> String {
    let catalog = EnvelopeFuzzTests.catalog
    let encoder = try ColumnEncoder(type: type, typmod: typmod, catalog: catalog, isOptional: true, options: options)
    let decoder = try ColumnDecoder(type: type, typmod: typmod, catalog: catalog, options: options)
    let json = try encoder.json(text)
    let envelope = try Envelope.parse(
      Array((#"{"op":"c","after":{"v":"# + json + #"},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#).utf8))
    var bytes: [UInt8] = []
    let row = try #require(envelope.after)
    #expect(try decoder.appendText(of: row, at: 0, to: &bytes))
    if let binary = decoder.binaryValue(of: row, at: 0) {
      #expect(binary.text(zoned: type == 1184) == String(decoding: bytes, as: UTF8.self), "type \(type), \(options)")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Runs `count` random values through the modes that `keeps` says keep them whole.
  private func check(
    _ type: UInt32, _ typmod: Int32 = -1, count: Int = 300, seed: UInt64 = 1, keeps: (EncodingOptions) -> Bool = { _ in true },
    _ make: (inout Generator) -> String
  ) throws {
    var generator = Generator(seed: seed &+ UInt64(type))
    for _ in 0..<count {
      let text = make(&generator)
      for options in Self.modes where keeps(options) {
        #expect(try trip(text, type: type, typmod: typmod, options) == text, "type \(type), \(options)")
      }
    }
  }

  private static func digits(_ count: Int, _ g: inout Generator) -> String {
    String((0..<count).map { i in Character(String(Int.random(in: (i == 0 && count > 1 ? 1 : 0)...9, using: &g))) })
  }

  static func string(_ g: inout Generator) -> String {
    let pool = ["a", "B", "\"", "\\", "\n", "\t", "\u{1}", "\u{7F}", "é", "한", "🙂", "\u{10FFFF}", " ", "{", "}", ",", "NULL", "0", "'"]
    return (0..<Int.random(in: 0...12, using: &g)).map { _ in pool[Int.random(in: 0..<pool.count, using: &g)] }.joined()
  }

  static func numeric(_ g: inout Generator, scale: Int, maxDigits: Int = 40) -> String {
    let whole = Self.digits(Int.random(in: 1...maxDigits, using: &g), &g)
    let fraction = scale > 0 ? "." + (0..<scale).map { _ in String(Int.random(in: 0...9, using: &g)) }.joined() : ""
    let isZero = (whole + fraction).allSatisfy { $0 == "0" || $0 == "." }
    return (Bool.random(using: &g) && !isZero ? "-" : "") + whole + fraction
  }

  static func date(_ g: inout Generator) -> String {
    if Int.random(in: 0..<20, using: &g) == 0 { return Bool.random(using: &g) ? "infinity" : "-infinity" }
    var bytes: [UInt8] = []
    let isBC = PostgresText.date(days: Int64.random(in: -2_400_000...5_000_000, using: &g), to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + (isBC ? " BC" : "")
  }

  static func time(_ g: inout Generator, _ precision: Int) -> String {
    let unit: Int64 = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1][precision]
    var bytes: [UInt8] = []
    PostgresText.time(micros: Int64.random(in: 0..<CivilTime.microsPerDay, using: &g) / unit * unit, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func timestamp(_ g: inout Generator, _ precision: Int, zoned: Bool, years: ClosedRange<Int64> = -4000...9999) -> String {
    if Int.random(in: 0..<20, using: &g) == 0 { return Bool.random(using: &g) ? "infinity" : "-infinity" }
    let unit: Int64 = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1][precision]
    let days =
      CivilTime.days(year: years.lowerBound, month: 1, day: 1)...CivilTime.days(year: years.upperBound, month: 12, day: 31)
    let moment = CivilTime.Moment(
      days: Int64.random(in: days, using: &g), micros: Int64.random(in: 0..<CivilTime.microsPerDay, using: &g) / unit * unit)
    var bytes: [UInt8] = []
    PostgresText.timestamp(moment, zoned: zoned, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func arrayLiteral(_ items: [String?]) -> String {
    let parts = items.map { item -> String in
      guard let item else { return "NULL" }
      let bytes = Array(item.utf8)
      guard bytes.withUnsafeBytes(ArrayText.needsQuotes) else { return item }
      var out: [UInt8] = []
      bytes.withUnsafeBytes { HstoreText.append(quoted: $0, to: &out) }
      return String(decoding: out, as: UTF8.self)
    }
    return "{" + parts.joined(separator: ",") + "}"
  }

  @Test func integersBooleansStrings() throws {
    try check(20) { String(Int64.random(in: .min ... .max, using: &$0)) }
    try check(23) { String(Int32.random(in: .min ... .max, using: &$0)) }
    try check(16, count: 4) { Bool.random(using: &$0) ? "t" : "f" }
    for type: UInt32 in [25, 1043, 142, 90_005] { try check(type) { Self.string(&$0) } }
    try check(3802) { #"{"n":[\#(Int32.random(in: .min ... .max, using: &$0)),null,"ü\""]}"# }
  }

  @Test func floats() throws {
    try check(701, count: 2000) { g in
      var bytes: [UInt8] = []
      let value = Double(bitPattern: UInt64.random(in: .min ... .max, using: &g))
      guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
      if let number = Array(value.description.utf8).withUnsafeBytes({ FloatText($0) }) {
        PostgresText.append(number, plainBelow: 15, to: &bytes)
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    for text in ["0", "-0", "1", "-1.5", "0.1", "1e-05", "0.0001", "123456789012345", "1e+15", "1e+308", "5e-324", "0.001", "10000000"] {
      #expect(try trip(text, type: 701, typmod: -1, EncodingOptions()) == text)
    }
    for text in ["0", "1e+06", "999999", "0.1", "1.5e-10", "3.4028235e+38"] {
      #expect(try trip(text, type: 700, typmod: -1, EncodingOptions()) == text)
    }
  }

  @Test func decimals() throws {
    for scale in [0, 2, 10] {
      let typmod = Int32((60 << 16 | scale) + 4)
      try check(1700, typmod, seed: UInt64(scale), keeps: { $0.decimalHandling != .double }) { Self.numeric(&$0, scale: scale) }
      try check(1700, typmod, seed: UInt64(scale), keeps: { $0.decimalHandling == .double }) {
        Self.numeric(&$0, scale: scale / 2 * 2, maxDigits: 5)
      }
    }
    // Without a scale the zeros at the end are lost, so that none are made.
    try check(1700, keeps: { $0.decimalHandling != .double }) { g in
      let scale = Int.random(in: 0...30, using: &g)
      return Self.numeric(&g, scale: scale) + (scale > 0 ? "7" : "")
    }
    try check(1700, keeps: { $0.decimalHandling == .string }) { _ in "5.00" }
    #expect(try trip("5.00", type: 1700, typmod: -1, EncodingOptions()) == "5")
    #expect(try trip("100", type: 1700, typmod: -1, EncodingOptions()) == "100")
    #expect(try trip("0.000", type: 1700, typmod: -1, EncodingOptions()) == "0")
    // numeric(5,-2).
    let negativeScale = Int32((5 << 16) | (-2 & 0x7FF)) + 4
    for text in ["12300", "-500", "0"] {
      #expect(try trip(text, type: 1700, typmod: negativeScale, EncodingOptions()) == text)
    }
    for text in ["-128", "127", "128", "-129", "255", "-32768", "9223372036854775807", "-9223372036854775808", "18446744073709551616"] {
      #expect(try trip(text, type: 1700, typmod: (60 << 16) + 4, EncodingOptions()) == text)
    }
  }

  @Test func binariesAndBits() throws {
    try check(17) { g in
      "\\x" + (0..<Int.random(in: 0...40, using: &g)).map { _ in ["0", "7", "a", "f"][Int.random(in: 0..<4, using: &g)] + "b" }.joined()
    }
    try check(1560, 1, count: 4) { Bool.random(using: &$0) ? "1" : "0" }
    try check(1560, 37) { g in (0..<37).map { _ in Bool.random(using: &g) ? "1" : "0" }.joined() }
    // The zeros before a varbit's first one are not sent.
    try check(1562) { g in
      let n = Int.random(in: 0...40, using: &g)
      return n == 0 ? "" : "1" + (0..<n).map { _ in Bool.random(using: &g) ? "1" : "0" }.joined()
    }
  }

  @Test func datesAndTimes() throws {
    try check(1082) { Self.date(&$0) }
    for precision in [0, 3] {
      try check(1083, Int32(precision)) { Self.time(&$0, precision) }
      try check(1114, Int32(precision), keeps: { $0.timePrecision != .nanoseconds }) { Self.timestamp(&$0, precision, zoned: false) }
    }
    try check(1083, keeps: { $0.timePrecision != .connect }) { Self.time(&$0, 6) }
    try check(1114, keeps: { $0.timePrecision != .connect && $0.timePrecision != .nanoseconds }) { Self.timestamp(&$0, 6, zoned: false) }
    try check(1114, keeps: { $0.timePrecision == .nanoseconds }) { Self.timestamp(&$0, 6, zoned: false, years: 1700...2200) }
    for precision in [0, 1, 3, 6] {
      try check(1184, Int32(precision)) { Self.timestamp(&$0, precision, zoned: true, years: -4000...294_276) }
    }
    try check(1184) { Self.timestamp(&$0, 6, zoned: true) }
    try check(1266) { Self.time(&$0, 6) + "+00" }
    try check(1114, 0, keeps: { $0.timePrecision == .isostring || $0.timePrecision == .connect }) {
      Self.timestamp(&$0, 0, zoned: false, years: -4712...294_276)
    }
    #expect(try trip("24:00:00", type: 1083, typmod: -1, EncodingOptions()) == "24:00:00")
  }

  @Test func intervals() throws {
    try check(1186, count: 1000, keeps: { $0.intervalHandling == .string }) { g in
      var fields = IntervalFields()
      let sign: Int64 = Bool.random(using: &g) ? -1 : 1
      fields.years = Int64.random(in: -5...5, using: &g)
      fields.months = Int64.random(in: -11...11, using: &g)
      fields.days = Int64.random(in: -400...400, using: &g)
      fields.hours = sign * Int64.random(in: 0...200, using: &g)
      fields.minutes = sign * Int64.random(in: 0...59, using: &g)
      fields.micros = sign * Int64.random(in: 0..<60_000_000, using: &g)
      var bytes: [UInt8] = []
      PostgresText.interval(fields, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    for text in ["00:00:00", "1 mon", "40 days", "1 year 2 mons 3 days 04:05:06.789", "-1 days -00:00:01", "23:59:59.999999", "-3 mons"] {
      #expect(try trip(text, type: 1186, typmod: -1, EncodingOptions()) == text)
    }
  }

  @Test func arrays() throws {
    func items(_ g: inout Generator, _ make: (inout Generator) -> String) -> String {
      Self.arrayLiteral((0..<Int.random(in: 0...6, using: &g)).map { _ in Int.random(in: 0..<5, using: &g) == 0 ? nil : make(&g) })
    }
    try check(1007) { items(&$0) { String(Int32.random(in: .min ... .max, using: &$0)) } }
    try check(1009) { items(&$0) { Self.string(&$0) } }
    try check(1182) { items(&$0) { Self.date(&$0) } }
    try check(1185) { items(&$0) { Self.timestamp(&$0, 6, zoned: true) } }
    try check(1231, (30 << 16 | 3) + 4, keeps: { $0.decimalHandling != .double }) {
      items(&$0) { Self.numeric(&$0, scale: 3, maxDigits: 20) }
    }
    try check(1001) { items(&$0) { g in "\\x" + (0..<Int.random(in: 0...4, using: &g)).map { _ in "0f" }.joined() } }
    // Nested ones come out flat, bounds are dropped.
    #expect(try trip("{{1,2},{3,4}}", type: 1007, typmod: -1, EncodingOptions()) == "{1,2,3,4}")
    #expect(try trip("[0:1]={5,6}", type: 1007, typmod: -1, EncodingOptions()) == "{5,6}")
  }

  @Test func extensions() throws {
    try check(90_001) { g in
      (0..<Int.random(in: 0...3, using: &g)).map { index in
        var out: [UInt8] = Array("\"k\(index)\"=>".utf8)
        if Bool.random(using: &g) {
          Array(Self.string(&g).utf8).withUnsafeBytes { HstoreText.append(quoted: $0, to: &out) }
        } else {
          out += Array("NULL".utf8)
        }
        return String(decoding: out, as: UTF8.self)
      }.joined(separator: ", ")
    }
    #expect(try trip("(1.5,-2e-07)", type: 600, typmod: -1, EncodingOptions()) == "(1.5,-2e-07)")
    #expect(try trip("[1,2.5,-3]", type: 90_002, typmod: -1, EncodingOptions()) == "[1,2.5,-3]")
    #expect(try trip("{1:1.5,3:2}/5", type: 90_003, typmod: -1, EncodingOptions()) == "{1:1.5,3:2}/5")
    let ewkb = "0101000020E6100000000000000000F03F0000000000000040"
    #expect(try trip(ewkb, type: 90_004, typmod: -1, EncodingOptions()) == ewkb)
  }
}
