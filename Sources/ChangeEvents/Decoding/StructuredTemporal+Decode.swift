extension StructuredTemporal {
  /// Appends the text of an object of this mode; the inverse of `encode`.
  func decode(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    guard view.kind == .json else { throw .malformed("structured time", "an object of its fields") }
    var fields: [String: Int64] = [:]
    var special: [UInt8] = []
    let fine = try JSONCursor.forEachMember(view.bytes) { (name, value) throws(ColumnDecodingError) in
      if value.kind == .integer { fields[String(decoding: name, as: UTF8.self)] = value.integer }
      if value.kind == .string, name.elementsEqual("specialValue".utf8) { special = Array(value.bytes) }
    }
    guard fine else { throw .malformed("structured time", "an object of its fields") }
    switch self {
    case .date, .timestamp, .timestamptz:
      if special.elementsEqual("POSITIVE_INFINITY".utf8) { return text.append(contentsOf: "infinity".utf8) }
      if special.elementsEqual("NEGATIVE_INFINITY".utf8) { return text.append(contentsOf: "-infinity".utf8) }
    default: break
    }
    func field(_ name: String, _ bounds: ClosedRange<Int64>) throws(ColumnDecodingError) -> Int64 {
      guard let value = fields[name], bounds.contains(value) else { throw .malformed("structured time", "fields within their bounds") }
      return value
    }
    func days() throws(ColumnDecodingError) -> Int64 {
      CivilTime.days(year: try field("year", -6000...6_000_000), month: try field("month", 1...12), day: try field("day", 1...31))
    }
    func micros() throws(ColumnDecodingError) -> Int64 {
      let seconds = (try field("hour", 0...24) * 60 + (try field("minute", 0...59))) * 60 + (try field("second", 0...60))
      return seconds * 1_000_000 + (try field("nanos", 0...999_999_999)) / 1000
    }
    switch self {
    case .date: if PostgresText.date(days: try days(), to: &text) { text.append(contentsOf: " BC".utf8) }
    case .time: PostgresText.time(micros: try micros(), to: &text)
    case .timetz:
      PostgresText.time(micros: try micros(), to: &text)
      let offset = try field("offsetSeconds", -60_000...60_000)
      text.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
      let seconds = Int64(offset.magnitude)
      Self.two(seconds / 3600, to: &text)
      guard seconds % 3600 != 0 else { return }
      text.append(UInt8(ascii: ":"))
      Self.two(seconds / 60 % 60, to: &text)
      guard seconds % 60 != 0 else { return }
      text.append(UInt8(ascii: ":"))
      Self.two(seconds % 60, to: &text)
    case .timestamp: PostgresText.timestamp(CivilTime.Moment(days: try days(), micros: try micros()), zoned: false, to: &text)
    case .timestamptz:
      let offset = try field("offsetSeconds", -60_000...60_000)
      PostgresText.timestamp(
        CivilTime.Moment(days: try days(), micros: try micros() - offset * 1_000_000), zoned: true, to: &text)
    case .interval:
      var interval = IntervalFields()
      interval.years = try field("years", -178_956_970...178_956_970)
      interval.months = try field("months", -2_147_483_648...2_147_483_648)
      interval.days = try field("days", -2_147_483_648...2_147_483_648)
      interval.hours = try field("hours", -2_562_047_787...2_562_047_787)
      interval.minutes = try field("minutes", -59...59)
      interval.micros = try field("seconds", -59...59) * 1_000_000 + (try field("nanos", -999_999_999...999_999_999)) / 1000
      PostgresText.interval(interval, to: &text)
    }
  }

  private static func two(_ value: Int64, to text: inout [UInt8]) {
    text.append(0x30 + UInt8(value / 10 % 10))
    text.append(0x30 + UInt8(value % 10))
  }
}
