@testable import ChangeEvents

extension BinaryValue {
  /// What PostgreSQL prints of the value, made in another way than a decoder makes it.
  func text(zoned: Bool) -> String {
    switch self {
    case .null: return "NULL"
    case .bool(let value): return value ? "t" : "f"
    case .integer(let value): return String(value)
    case .moment(.max): return "infinity"
    case .moment(.min): return "-infinity"
    case .moment(let micros):
      let (days, rest) = CivilTime.floorDivide(micros, CivilTime.microsPerDay)
      var bytes: [UInt8] = []
      let epoch = CivilTime.days(year: 2000, month: 1, day: 1)
      PostgresText.timestamp(CivilTime.Moment(days: days + epoch, micros: rest), zoned: zoned, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    case .decimal(let unscaled, let scale):
      var digits = String(unscaled.magnitude)
      if scale <= 0 {
        if unscaled != 0 { digits += String(repeating: "0", count: -scale) }
      } else {
        digits = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
      }
      return (unscaled < 0 ? "-" : "") + digits
    }
  }
}
