extension CaptureSignal {
  /// Reads a signal that is an object by itself, as in a file's line or a Kafka record: `{"id": …, "type": …, "data": {…}}`.
  ///
  /// - Throws: ``SignalError``, one line.
  init(parsing text: some Sequence<UInt8>, origin: SignalOrigin) throws(SignalError) {
    let bytes = Array(text)
    let unnamed = CaptureSignal(id: "", type: "", data: "", origin: origin)
    guard bytes.count <= SignalInbox.largestData + 4096 else {
      throw SignalError(unnamed, "it has \(bytes.count) bytes; expected at most \(SignalInbox.largestData)")
    }
    let document: JSONDocument
    do { document = try JSONDocument(parsing: bytes) } catch {
      throw SignalError(unnamed, "it is not JSON: \(error.reason) in column \(error.column)")
    }
    guard case .object = document else { throw SignalError(unnamed, "it is \(document.kind); expected an object with id, type and data") }
    guard let type = document["type"]?.string else { throw SignalError(unnamed, "member \"type\" is missing; expected a string") }
    let data: String
    switch document["data"] {
    case nil, .null: data = ""
    // Some write the object as a text.
    case .string(let text): data = text
    case .some(let value): data = value.text
    }
    self.init(id: document["id"]?.string ?? "", type: type, data: data, origin: origin)
  }
}
