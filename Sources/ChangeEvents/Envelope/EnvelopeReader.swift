internal import CSimdJSON

/// Finds an envelope's parts in the list of members that the parser made, where the parser has it: only what is an envelope is copied.
struct EnvelopeReader {
  let parts: EnvelopeParts

  /// Parses bytes with the calling thread's parser, whose memory this refers to until the thread parses again.
  init(_ value: UnsafeRawBufferPointer) throws(EnvelopeError) {
    guard let parser = csj_thread_parser() else { throw EnvelopeError(.outOfMemory, "no memory for a parser") }
    var document = csj_document()
    let status = csj_parse(parser, value.bindMemory(to: UInt8.self).baseAddress, value.count, &document)
    guard status == CSJ_OK else { throw Self.error(status) }
    parts = EnvelopeParts(document)
  }

  private static func error(_ status: csj_status) -> EnvelopeError {
    switch status {
    case CSJ_EMPTY: EnvelopeError(.empty, "the value is empty")
    case CSJ_TOO_LARGE: EnvelopeError(.tooLarge, "the value is longer than 64 MiB")
    case CSJ_INVALID_UTF8: EnvelopeError(.invalidUTF8, "the value is not UTF-8")
    case CSJ_TOO_DEEP: EnvelopeError(.tooDeep, "the value is nested deeper than 64 levels")
    case CSJ_NOT_AN_OBJECT: EnvelopeError(.notAnObject, "the value is JSON, but no object")
    case CSJ_OUT_OF_MEMORY: EnvelopeError(.outOfMemory, "no memory to parse the value")
    default: EnvelopeError(.invalidJSON, "the value is not JSON")
    }
  }

  /// Reads the numbers, and where the rest is.
  func read(_ outline: inout EnvelopeOutline) throws(EnvelopeError) -> EnvelopeHead {
    var operation: Operation?
    var source: EnvelopeHead.Source?
    var transaction: EnvelopeTransaction?
    var tsMs: Int64?
    var index = 0
    while index < parts.nodes.count {
      let name = parts.name(index)
      switch name.count {
      case 2 where name.equals("op"): operation = try self.operation(index)
      case 5 where name.equals("after"): outline.after = try row(index, "after")
      case 5 where name.equals("ts_ms"): tsMs = try integer(index, "ts_ms")
      case 6 where name.equals("before"): outline.before = try row(index, "before")
      case 6 where name.equals("source"):
        guard parts.isObject(index) else { throw EnvelopeError(.wrongType, "source is no object") }
        source = try self.source((index + 1)..<parts.end(index), &outline)
      case 7 where name.equals("message"): outline.message = try row(index, "message")
      case 11 where name.equals("transaction"): transaction = try self.transaction(index)
      default: break
      }
      index = parts.end(index)
    }
    guard let operation else { throw EnvelopeError(.missingField, "there is no op") }
    guard let source else { throw EnvelopeError(.missingField, "there is no source") }
    switch operation {
    case .create, .update, .read:
      if outline.after == nil { throw EnvelopeError(.missingField, "op is \(operation.letter), but there is no after") }
    case .message:
      if outline.message == nil { throw EnvelopeError(.missingField, "op is m, but there is no message") }
    case .delete, .truncate: break
    }
    return EnvelopeHead(operation: operation, source: source, tsMs: tsMs, transaction: transaction)
  }

  private func operation(_ index: Int) throws(EnvelopeError) -> Operation {
    let view = parts.view(index)
    guard view.kind == .string else { throw EnvelopeError(.wrongType, "op is no string") }
    guard view.bytes.count == 1, let operation = Operation(rawValue: view.bytes[0]) else {
      throw EnvelopeError(.wrongType, "op is none of c, u, d, r, t, m")
    }
    return operation
  }

  private func row(_ index: Int, _ name: StaticString) throws(EnvelopeError) -> Range<Int>? {
    if parts.isObject(index) { return (index + 1)..<parts.end(index) }
    guard parts.isNull(index) else { throw EnvelopeError(.wrongType, "\(name) is neither an object nor null") }
    return nil
  }

  private func integer(_ index: Int, _ name: StaticString) throws(EnvelopeError) -> Int64? {
    let view = parts.view(index)
    switch view.kind {
    case .integer: return view.integer
    case .null: return nil
    default: throw EnvelopeError(.wrongType, "\(name) is no integer")
    }
  }

  private func source(_ range: Range<Int>, _ outline: inout EnvelopeOutline) throws(EnvelopeError) -> EnvelopeHead.Source {
    var source = EnvelopeHead.Source()
    outline.origin = (-1, -1, -1, -1)
    outline.sequence = -1
    for index in range {
      let name = parts.name(index)
      switch name.count {
      case 2 where name.equals("db"): outline.origin.database = try text(index, "source.db")
      case 3 where name.equals("lsn"): source.lsn = try integer(index, "source.lsn")
      case 4 where name.equals("name"): outline.origin.name = try text(index, "source.name")
      case 4 where name.equals("txId"): source.txID = try integer(index, "source.txId")
      case 5 where name.equals("ts_ms"): source.tsMs = try integer(index, "source.ts_ms")
      case 5 where name.equals("ts_us"): source.tsUs = try integer(index, "source.ts_us")
      case 5 where name.equals("table"): outline.origin.table = try text(index, "source.table")
      case 6 where name.equals("schema"): outline.origin.schema = try text(index, "source.schema")
      case 8 where name.equals("snapshot"): source.snapshot = self.snapshot(index)
      case 8 where name.equals("sequence"): outline.sequence = try text(index, "source.sequence")
      default: break
      }
    }
    guard source.tsMs != nil else { throw EnvelopeError(.missingField, "there is no source.ts_ms") }
    guard outline.origin.schema >= 0, outline.origin.table >= 0 else {
      throw EnvelopeError(.missingField, "there is no source.schema or source.table")
    }
    return source
  }

  private func text(_ index: Int, _ name: StaticString) throws(EnvelopeError) -> Int {
    switch parts.view(index).kind {
    case .string: return index
    case .null: return -1
    default: throw EnvelopeError(.wrongType, "\(name) is no string")
    }
  }

  /// Values that later versions may add count as "of a snapshot"; old versions send booleans.
  private func snapshot(_ index: Int) -> SnapshotMarker {
    let view = parts.view(index)
    switch view.kind {
    case .string where view.bytes.equals("false"): return .streaming
    case .string: return SnapshotMarker(rawValue: String(decoding: view.bytes, as: UTF8.self)) ?? .yes
    case .true: return .yes
    default: return .streaming
    }
  }

  private func transaction(_ index: Int) throws(EnvelopeError) -> EnvelopeTransaction? {
    if parts.isNull(index) { return nil }
    guard parts.isObject(index) else { throw EnvelopeError(.wrongType, "transaction is neither an object nor null") }
    var id: String?
    var totalOrder: Int64?
    var collectionOrder: Int64?
    for member in (index + 1)..<parts.end(index) {
      let name = parts.name(member)
      if name.equals("id") {
        id = try text(member, "transaction.id") < 0 ? nil : String(decoding: parts.view(member).bytes, as: UTF8.self)
      } else if name.equals("total_order") {
        totalOrder = try integer(member, "transaction.total_order")
      } else if name.equals("data_collection_order") {
        collectionOrder = try integer(member, "transaction.data_collection_order")
      }
    }
    guard let id else { throw EnvelopeError(.missingField, "there is no transaction.id") }
    return EnvelopeTransaction(id: id, totalOrder: totalOrder ?? 0, dataCollectionOrder: collectionOrder ?? 0)
  }
}

extension Int64 {
  /// The product, or the nearest number there is.
  func multipliedClamped(by factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? (self < 0) == (factor < 0) ? .max : .min : product
  }
}
