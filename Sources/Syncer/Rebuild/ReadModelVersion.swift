/// One of the versions of a projection that the read database holds side by side.
///
/// The live version is where readers look: in the relations' own schemas. Every other version keeps the same relations, under the same names,
/// in schemas of its own, so that a switch moves relations between schemas and renames nothing.
public struct ReadModelVersion: Hashable, Sendable, CustomStringConvertible {
  /// The projection: `mirror.shop`, `document.product`, `order`.
  public let projection: String
  /// From 1, which is the one that the syncer has made.
  public let number: Int

  /// Version `number` of `projection`.
  public init(projection: String, number: Int) {
    self.projection = projection
    self.number = number
  }

  /// The schema in which this version keeps what is live in `schema`: `public__order_v2`.
  public func schema(for schema: String) -> String {
    let name = schema + "__" + String(projection.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_v\(number)"
    guard name.utf8.count > 63 else { return name }
    // PostgreSQL would cut the name, and with it what tells versions apart.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in (schema + "\0" + projection).utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return String(schema.prefix(20)) + "__" + String(hash, radix: 16) + "_v\(number)"
  }

  /// The name of a handler that writes this version: metrics, applied positions and inboxes of the live one are left alone.
  public func handlerName(for handler: String) -> String { "\(handler)@v\(number)" }

  /// The name under which this version's offsets are stored beside those of the live group.
  public func offsetsGroup(of group: String) -> String { "\(group)/\(projection)@v\(number)" }

  /// `order@v2`.
  public var description: String { "\(projection)@v\(number)" }
}
