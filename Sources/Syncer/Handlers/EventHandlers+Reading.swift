internal import ChangeEvents

extension EventHandlers {
  /// Who handles which record, in order; those that nobody handles are left out.
  ///
  /// - Throws: ``RecordFailure``, or ``UnknownEvent`` where the policy is to stop.
  func calls(for records: [ChangeRecord]) throws -> [EventCall] {
    var calls: [EventCall] = []
    for (index, record) in records.enumerated() {
      if let envelope = record.envelope {
        guard let number = route(of: envelope) else { continue }
        let what = "a change of \(tables[number].schema).\(tables[number].table)"
        calls.append(EventCall(index: index, id: Self.changeID(record, envelope), what: what, work: .change(number)))
      } else if let call = try eventCall(record, index) {
        calls.append(call)
      }
    }
    return calls
  }

  private func eventCall(_ record: ChangeRecord, _ index: Int) throws -> EventCall? {
    var event: IncomingEvent
    do {
      event = try format.event(of: record)
    } catch {
      throw RecordFailure(index: index, reason: error.reason)
    }
    let kind = event.kind
    switch registry.resolve(kind, topic: record.topic) {
    case .route(let number, let steps):
      for step in steps {
        do {
          try upcasters[step](&event)
        } catch {
          throw RecordFailure(
            index: index, reason: "\(name) could not bring \(kind) to version \(registry.upcasts[step].to.version)", cause: error)
        }
        event.kind = registry.upcasts[step].to
      }
      return EventCall(index: index, id: event.id, what: "\(kind)", work: .event(event, number))
    case .unknown:
      switch unknown {
      case .skip:
        unknowns.increment()
        return nil
      case .park:
        throw RecordFailure(index: index, reason: "\(name) has no handler for \(kind)")
      case .stop:
        throw UnknownEvent(handler: name, kind: kind, place: "\(record.topic)[\(record.partition)]@\(record.offset)")
      }
    }
  }

  func route(of envelope: Envelope) -> Int? {
    tables.firstIndex { $0.operations.contains(envelope.operation) && envelope.source.isTable(schema: $0.schema, table: $0.table) }
  }

  /// A change has no ID of its own: the connector, the position in the WAL and the key name it, so that it is the same in every copy of
  /// the record. Rows that a snapshot has read share a position: without a key, or a position, the record's place has to do.
  private static func changeID(_ record: ChangeRecord, _ envelope: Envelope) -> String {
    guard let lsn = envelope.source.lsn, record.key != nil || envelope.operation != .read else {
      return "\(record.topic)/\(record.partition)/\(record.offset)"
    }
    let key = String(decoding: record.key ?? [], as: UTF8.self)
    return "\(envelope.source.name)/\(lsn)/\(envelope.operation.letter)/\(key)"
  }
}
