/// Which changes of a column's type a mirror follows while records of before and after the change are on their way. Pure.
///
/// Two things must hold. Each value of the former type is the same value in the new one, so that the stored rows can be carried over. And both
/// are written alike in an envelope: events carry no schema, so that the records of before the change, which are read with the new type,
/// must mean the same. (A `numeric` whose scale changed is sent as another number of the same digits; a `timestamp(3)` counts milliseconds,
/// a `timestamp(6)` microseconds; a `date` counts days.)
enum MirrorTypeChange {
  /// Whether a column of type `old` can become one of type `new`, both as `format_type` writes them.
  static func isWidening(from old: String, to new: String) -> Bool {
    if old.hasSuffix("[]") || new.hasSuffix("[]") {
      return old.hasSuffix("[]") && new.hasSuffix("[]") && isWidening(from: String(old.dropLast(2)), to: String(new.dropLast(2)))
    }
    let (old, new) = (Parsed(old), Parsed(new))
    switch (old.name, new.name) {
    case ("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"), ("real", "double precision"): return true
    case ("character varying", "text"), ("character varying", "character varying"), ("text", "character varying"),
      ("bit varying", "bit varying"):
      return fits(old.length, new.length)
    case ("numeric", "numeric"):
      // The scale stays; without one, values are sent in another form.
      return old.scale == new.scale && (old.length == nil) == (new.length == nil) && fits(old.length, new.length)
    case ("timestamp with time zone", "timestamp with time zone"), ("time with time zone", "time with time zone"):
      return fits(old.length ?? 6, new.length ?? 6)
    case ("timestamp without time zone", "timestamp without time zone"), ("time without time zone", "time without time zone"):
      let (before, after) = (old.length ?? 6, new.length ?? 6)
      return before <= after && (before > 3) == (after > 3)
    case ("interval", "interval"): return fits(old.length ?? 6, new.length ?? 6)
    default: return false
    }
  }

  /// No limit is the largest one.
  private static func fits(_ old: Int?, _ new: Int?) -> Bool {
    guard let new else { return true }
    return old.map { $0 <= new } ?? false
  }

  /// `numeric(10,2)`, `timestamp(3) with time zone`: the name, and what stands in the parentheses.
  private struct Parsed {
    let name: String
    var length: Int?
    var scale: Int?

    init(_ text: String) {
      guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") else {
        name = text
        return
      }
      name = String(text[..<open]) + String(text[text.index(after: close)...])
      let numbers = text[text.index(after: open)..<close].split(separator: ",").map { Int($0) }
      length = numbers.first ?? nil
      scale = numbers.count > 1 ? numbers[1] : nil
    }
  }
}
