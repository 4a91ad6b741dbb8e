public import ChangeEvents

/// What a source's catalogue says about the tables to mirror; see ``load(from:tables:namespace:)``.
public struct MirrorCatalog: Sendable {
  /// One per table, in the order asked for.
  public let definitions: [MirrorDefinition]
  /// The source's types, user-defined ones included.
  public let types: TypeCatalog

  /// The mirrors of these tables, ready to read envelopes.
  ///
  /// - Parameters:
  ///   - options: The connector's modes.
  ///   - topicPrefix: The connector's `topic.prefix`; nil accepts envelopes of any source.
  public func mirrors(options: EncodingOptions = EncodingOptions(), topicPrefix: String? = nil) throws -> MirrorSet {
    try MirrorSet(definitions, types: types, options: options, topicPrefix: topicPrefix)
  }

  /// OIDs below this are PostgreSQL's own, the same in every database (`FirstNormalObjectId` in `transam.h`).
  static let firstUserOID: UInt32 = 16384

  /// What a column of a type is mirrored as: nil for the same type, otherwise `text` or a type that `format_type` has to name.
  enum Target: Hashable {
    case text(isArray: Bool)
    case builtin(oid: UInt32, typmod: Int32, isArray: Bool)
  }

  /// Domains become their base type. Types that the read database may not have (enumerations, extensions' types) become `text`, which holds
  /// the same values, follows `ALTER TYPE ... ADD VALUE` without a change, and lacks only the enumeration's order.
  static func target(of oid: UInt32, typmod: Int32, in types: TypeCatalog) -> Target {
    guard let (type, typmod) = types.resolve(oid, typmod: typmod) else { return .text(isArray: false) }
    guard type.kind == .array else {
      return type.oid < firstUserOID ? .builtin(oid: type.oid, typmod: typmod, isArray: false) : .text(isArray: false)
    }
    if type.oid < firstUserOID { return .builtin(oid: type.oid, typmod: typmod, isArray: true) }
    switch target(of: type.elementOID, typmod: -1, in: types) {
    case .text: return .text(isArray: true)
    // An array of a domain: the element's own array type has to be named by the element.
    case .builtin(let element, let typmod, _): return .builtin(oid: element, typmod: typmod, isArray: true)
    }
  }
}
