/// Lists a message's table of fields as text, one line a field: name, type, versions, null, tag; nested ones indented.
///
/// `sluice broker --print-protocol` prints it, to be read or compared with Kafka's message definitions.
struct FieldLister: FieldVisitor {
  private(set) var lines: [String] = []
  private var depth = 1

  /// The table of one message.
  static func table<M: BodyMessage>(of type: M.Type) -> [String] {
    var lister = FieldLister()
    var message = M()
    lister.visit(&message)
    let flexible = M.flexibleSince == .max ? "none" : "\(M.flexibleSince)+"
    return ["\(M.self) versions \(M.versions.lowerBound)-\(M.versions.upperBound) flexible \(flexible)"] + lister.lines
  }

  private mutating func visit<T: Message>(_ message: inout T) {
    do {
      try message.fields(&self)
      try message.tags(&self)
    } catch {
      lines.append("error: \(error)")  // Listing never throws.
    }
  }

  private mutating func line(_ name: StaticString, _ type: String, _ versions: FieldVersions, _ nullable: FieldVersions, tag: UInt32?) {
    var line = String(repeating: "  ", count: depth) + "\(name): \(type) \(Self.text(versions))"
    if nullable != .never { line += " nullable \(Self.text(nullable))" }
    if let tag { line += " tag \(tag)" }
    lines.append(line)
  }

  private mutating func nested<T: Message>(_ type: T.Type) {
    depth += 1
    var element = T()
    visit(&element)
    depth -= 1
  }

  private static func text(_ versions: FieldVersions) -> String {
    versions.upper == .max
      ? "\(versions.lower)+" : versions.upper == versions.lower ? "\(versions.lower)" : "\(versions.lower)-\(versions.upper)"
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) {
    line(name, T.typeName, versions, .never, tag: nil)
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?) {
    line(name, T.typeName, versions, nullable, tag: nil)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) {
    line(name, "struct", versions, .never, tag: nil)
    nested(T.self)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?) {
    line(name, "struct", versions, nullable, tag: nil)
    nested(T.self)
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) {
    line(name, "[]\(T.typeName)", versions, .never, tag: nil)
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?) {
    line(name, "[]\(T.typeName)", versions, nullable, tag: nil)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) {
    line(name, "[]struct", versions, .never, tag: nil)
    nested(T.self)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?) {
    line(name, "[]struct", versions, nullable, tag: nil)
    nested(T.self)
  }

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T, default: T) {
    line(name, T.typeName, versions, .never, tag: tag)
  }

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T?) {
    line(name, T.typeName, versions, .all, tag: tag)
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T) {
    line(name, "struct", versions, .never, tag: tag)
    nested(T.self)
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) {
    line(name, "[]struct", versions, .never, tag: tag)
    nested(T.self)
  }
}
