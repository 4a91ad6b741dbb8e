import Foundation

/// What can be wrong with a record: each takes a good value, a change of ``GoodsTable`` as capture wrote it, and spoils it.
///
/// Its key stays apart from those of good rows, so that nothing good has to wait behind it.
enum Malformation: Int, CaseIterable, Sendable {
  case truncated
  case noJSON
  case wrongUTF8
  case empty
  case notAnObject
  case noOperation
  case unknownOperation
  case noSource
  case unknownTable
  case unknownSource
  case noRow
  case noKeyColumn
  case nullKey
  case keyOfWrongType
  case textForNumber
  case integerOutOfRange
  case smallIntegerOutOfRange
  case zeroByte
  case invalidTimestamp
  case noDecimal
  case decimalOutOfRange
  case textTooLong
  case noUUID
  case invalidDate
  case noNestedJSON
  case unknownColumn

  /// The twenty that are mixed in; the others stand for the same kinds of fault.
  static let mixed: [Malformation] = [
    .truncated, .noJSON, .wrongUTF8, .notAnObject, .unknownOperation, .noSource, .unknownTable, .noRow, .nullKey, .keyOfWrongType,
    .textForNumber, .integerOutOfRange, .smallIntegerOutOfRange, .zeroByte, .invalidTimestamp, .decimalOutOfRange, .textTooLong, .noUUID,
    .invalidDate, .noNestedJSON,
  ]

  /// A spoiled copy of `value` whose row has another ID.
  ///
  /// - Throws: ``MalformedRecipeError`` where the value is not what this was written for.
  func spoil(_ value: [UInt8], id: Int) throws -> [UInt8] {
    var text = String(decoding: value, as: UTF8.self)
    try Self.replace(#""id":\d+"#, in: &text, by: "\"id\":\(id)")
    switch self {
    case .truncated: return Array(text.utf8.prefix(text.utf8.count / 2))
    case .noJSON: return Array("<change id=\(id)/>".utf8)
    case .wrongUTF8:
      try Self.replace(#""name":"Goods"#, in: &text, by: #""name":"Go~ds"#)
      return text.utf8.map { $0 == UInt8(ascii: "~") ? 0xFF : $0 }
    case .empty: return []
    case .notAnObject: return Array("[\(id)]".utf8)
    case .noOperation: try Self.replace(#""op":"c","#, in: &text, by: "")
    case .unknownOperation: try Self.replace(#""op":"c""#, in: &text, by: #""op":"z""#)
    case .noSource: try Self.replace(#""source":\{[^}]*\},"#, in: &text, by: "")
    case .unknownTable: try Self.replace(#""table":"goods""#, in: &text, by: #""table":"bads""#)
    case .unknownSource: try Self.replace(#""name":"bench_malformed""#, in: &text, by: #""name":"somebody""#)
    case .noRow: try Self.replace(#""after":\{.*?\},"source""#, in: &text, by: #""after":null,"source""#)
    case .noKeyColumn: try Self.replace(#""id":\d+,"#, in: &text, by: "")
    case .nullKey: try Self.replace(#""id":\d+"#, in: &text, by: #""id":null"#)
    case .keyOfWrongType: try Self.replace(#""id":\d+"#, in: &text, by: #""id":{"value":\#(id)}"#)
    case .textForNumber: try Self.replace(#""quantity":\d+"#, in: &text, by: #""quantity":"many""#)
    case .integerOutOfRange: try Self.replace(#""quantity":\d+"#, in: &text, by: #""quantity":2147483648"#)
    case .smallIntegerOutOfRange: try Self.replace(#""rank":\d+"#, in: &text, by: #""rank":40000"#)
    case .zeroByte: try Self.replace(#""name":"Goods"#, in: &text, by: #""name":"Go\u0000ods"#)
    case .invalidTimestamp: try Self.replace(#""changed_at":"[^"]*""#, in: &text, by: #""changed_at":"2024-02-30T25:00:00Z""#)
    case .noDecimal: try Self.replace(#""price":"[^"]*""#, in: &text, by: #""price":"?!""#)
    case .decimalOutOfRange: try Self.replace(#""price":"[^"]*""#, in: &text, by: #""price":"f/////////8=""#)
    case .textTooLong: try Self.replace(#""code":"[^"]*""#, in: &text, by: #""code":"a code of far too many letters""#)
    case .noUUID: try Self.replace(#""tag":"[^"]*""#, in: &text, by: #""tag":"not-a-uuid""#)
    case .invalidDate: try Self.replace(#""made_on":\d+"#, in: &text, by: #""made_on":2999999999"#)
    case .noNestedJSON: try Self.replace(#""details":"(\\.|[^"\\])*""#, in: &text, by: #""details":"{colour: red""#)
    case .unknownColumn: try Self.replace(#""rank":"#, in: &text, by: #""rung":"#)
    }
    return Array(text.utf8)
  }

  private static func replace(_ pattern: String, in text: inout String, by replacement: String) throws {
    guard let range = text.range(of: pattern, options: .regularExpression) else { throw MalformedRecipeError(pattern: pattern) }
    text.replaceSubrange(range, with: replacement)
  }
}
