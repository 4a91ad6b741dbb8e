extension ColumnDecoder {
  /// A row's field without its text: the hot path of the types that most columns are of.
  ///
  /// - Parameter index: the field's number in the row, in `0..<row.count`.
  /// - Returns: nil where only ``appendText(of:at:to:)`` tells, because the type has no such form, or the value does not fit.
  public func binaryValue(of row: Row, at index: Int) -> BinaryValue? {
    row.withView(index, binaryValue)
  }

  func binaryValue(_ view: FieldView) -> BinaryValue? {
    if view.kind == .null { return .null }
    switch codec {
    case .integer where view.kind == .integer && limit.allows(view.integer): return .integer(view.integer)
    case .bool where view.kind == .true: return .bool(true)
    case .bool where view.kind == .false: return .bool(false)
    case .timestamptz: return ValueCodec.zonedMoment(view).map { .moment($0.binary) }
    case .timestamp(let unit): return ValueCodec.moment(view, unit).map { .moment($0.binary) }
    case .decimal(let scale):
      guard view.kind == .string, let unscaled = TwosComplement.integer(base64: view.bytes), limit.allows(unscaled, scale: scale)
      else { return nil }
      return .decimal(unscaled: unscaled, scale: scale)
    default: return nil
    }
  }

  /// Whether a value can be the placeholder of an unchanged TOASTed one: those of types of a fixed length are never TOASTed.
  public var mayBeUnavailable: Bool {
    switch codec {
    case .bool, .integer, .float4, .float8, .money, .uuid, .date, .time, .timetz, .timestamp, .timestamptz, .interval: false
    default: true
    }
  }
}
