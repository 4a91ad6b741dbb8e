extension SignalRequest {
  /// Reads a signal's type and data.
  ///
  /// - Throws: ``SignalError``, one line.
  init(_ signal: CaptureSignal) throws(SignalError) {
    let data = try Self.data(of: signal)
    switch signal.type {
    case "execute-snapshot": self = .execute(try Self.execute(signal, data))
    case "stop-snapshot":
      guard try Self.kind(signal, data) == .incremental else {
        throw SignalError(signal, "member \"type\" is \"blocking\"; only incremental snapshots can be stopped")
      }
      let collections = try Self.strings("data-collections", in: data, of: signal)
      self = .stop(collections.isEmpty ? nil : collections)
    case "pause-snapshot": self = .pause
    case "resume-snapshot": self = .resume
    case "log":
      guard let message = data["message"]?.string, !message.isEmpty else {
        throw SignalError(signal, "data has no member \"message\" with a text")
      }
      self = .log(message)
    case "snapshot-window-open": self = .windowOpen
    case "snapshot-window-close": self = .windowClose
    default:
      throw SignalError(
        signal, "its type is not known; expected execute-snapshot, stop-snapshot, pause-snapshot, resume-snapshot or log")
    }
  }

  private static func data(of signal: CaptureSignal) throws(SignalError) -> JSONDocument {
    guard !signal.data.isEmpty else { return .object([]) }
    guard signal.data.utf8.count <= SignalInbox.largestData else {
      throw SignalError(signal, "data has \(signal.data.utf8.count) bytes; expected at most \(SignalInbox.largestData)")
    }
    let document: JSONDocument
    do { document = try JSONDocument(parsing: signal.data.utf8) } catch {
      throw SignalError(signal, "data is not JSON: \(error.reason) in line \(error.line), column \(error.column)")
    }
    switch document {
    case .object: return document
    case .null: return .object([])
    default: throw SignalError(signal, "data is \(document.kind); expected an object")
    }
  }

  private static func execute(_ signal: CaptureSignal, _ data: JSONDocument) throws(SignalError) -> SnapshotRequest {
    let collections = try strings("data-collections", in: data, of: signal)
    guard !collections.isEmpty else {
      throw SignalError(signal, "data has no member \"data-collections\"; expected an array of expressions over <schema>.<table>")
    }
    for collection in collections { try check(collection, of: signal) }
    var request = SnapshotRequest(kind: try kind(signal, data), collections: collections)
    switch data["additional-conditions"] {
    case nil, .null: break
    case .array(let conditions):
      for condition in conditions {
        guard let collection = condition["data-collection"]?.string, let filter = condition["filter"]?.string else {
          throw SignalError(
            signal, "an element of \"additional-conditions\" is \(condition.kind); expected {\"data-collection\": …, \"filter\": …}")
        }
        try check(collection, of: signal)
        request.conditions.append(.init(collection: collection.trimmingSpace(), filter: filter))
      }
    case .some(let other): throw SignalError(signal, "member \"additional-conditions\" is \(other.kind); expected an array")
    }
    switch data["surrogate-key"] {
    case nil, .null: break
    case .string(let name): request.surrogateKey = name.trimmingSpace().isEmpty ? nil : name.trimmingSpace()
    case .some(let other): throw SignalError(signal, "member \"surrogate-key\" is \(other.kind); expected a column's name")
    }
    return request
  }

  private static func check(_ pattern: String, of signal: CaptureSignal) throws(SignalError) {
    do { _ = try NamePattern(pattern) } catch {
      throw SignalError(signal, "\(JSONDocument.quoted(pattern)) is not a regular expression")
    }
  }

  private static func kind(_ signal: CaptureSignal, _ data: JSONDocument) throws(SignalError) -> SnapshotRequest.Kind {
    switch data["type"] {
    case nil, .null: return .incremental
    case .string(let text):
      if let kind = SnapshotRequest.Kind(rawValue: text.lowercased()) { return kind }
      throw SignalError(signal, "member \"type\" is \(JSONDocument.quoted(text)); expected incremental or blocking")
    case .some(let other): throw SignalError(signal, "member \"type\" is \(other.kind); expected incremental or blocking")
    }
  }

  private static func strings(_ name: String, in data: JSONDocument, of signal: CaptureSignal) throws(SignalError) -> [String] {
    switch data[name] {
    case nil, .null: return []
    case .array(let elements):
      var strings: [String] = []
      for element in elements {
        guard let text = element.string else { throw SignalError(signal, "member \"\(name)\" holds \(element.kind); expected strings") }
        strings.append(text.trimmingSpace())
      }
      return strings
    case .some(let other): throw SignalError(signal, "member \"\(name)\" is \(other.kind); expected an array of strings")
    }
  }
}
