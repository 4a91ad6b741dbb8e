/// Applies a connector's transforms to drafts.
struct TransformChain: Sendable {
  /// What becomes of a kind of record.
  enum Outcome: Sendable {
    case send(RecordDraft)
    case drop
    /// EventRouter met an update (`table.op.invalid.behavior`).
    case invalidOperation(EventRouterSettings.InvalidOperation, transform: String)
    /// EventRouter: the topic depends on a column; `finish` decides the rest once it is known.
    case route(EventRouterSettings, RecordDraft, remaining: ArraySlice<Transform>)
  }

  let transforms: [Transform]
  let columns: [String]

  /// - Parameters:
  ///   - kind: the kind of record.
  ///   - columns: the table's columns, for transforms that name them.
  /// - Throws: `CaptureError` (configuration) for a transform that cannot work on this table.
  func apply(to draft: RecordDraft, kind: RecordKind) throws(CaptureError) -> Outcome {
    var draft = draft
    for i in transforms.indices {
      let transform = transforms[i]
      guard try Self.applies(transform, to: draft) else { continue }
      guard case .eventRouter(let settings) = transform.kind else {
        try Self.apply(transform, to: &draft)
        continue
      }
      switch kind {
      case .tombstone, .keyChangeTombstone, .delete, .keyChangeDelete: return .drop
      case .update, .truncate: return .invalidOperation(settings.invalidOperation, transform: transform.name)
      // A logical message is no envelope: the router passes it on.
      case .message: continue
      case .read, .create, .keyChangeCreate:
        try route(settings, &draft, transform: transform.name)
        return .route(settings, draft, remaining: transforms[(i + 1)...])
      }
    }
    return .send(draft)
  }

  /// Applies what follows an EventRouter, now that the topic and whether the payload is empty are known.
  static func finish(_ draft: RecordDraft, remaining: ArraySlice<Transform>) throws(CaptureError) -> RecordDraft {
    var draft = draft
    for transform in remaining {
      guard try applies(transform, to: draft) else { continue }
      if case .eventRouter = transform.kind {
        throw .configuration("transform \"\(transform.name)\": an EventRouter cannot follow another one; give it a predicate")
      }
      try apply(transform, to: &draft)
    }
    return draft
  }

  private static func applies(_ transform: Transform, to draft: RecordDraft) throws(CaptureError) -> Bool {
    guard let predicate = transform.predicate else { return true }
    let holds: Bool =
      switch predicate {
      case .topicNameMatches(let pattern): try pattern.test(topic: draft.topic)
      case .recordIsTombstone: draft.isTombstone
      case .hasHeaderKey(let name): draft.headerNames.contains(name)
      }
    return holds != transform.negate
  }

  private static func apply(_ transform: Transform, to draft: inout RecordDraft) throws(CaptureError) {
    switch transform.kind {
    case .eventRouter: break
    case .regexRouter(let pattern, let replacement): draft.topic = try rename(draft.topic, pattern, replacement, transform.name)
    case .replaceKey(let settings):
      switch draft.key {
      case .none: break
      case .columns(let fields):
        draft.key = .columns(try rename(fields, settings, transform.name))
      case .messagePrefix(let name): draft.key = .messagePrefix(name.flatMap { settings.name(for: $0) })
      case .column: throw .configuration("transform \"\(transform.name)\": ReplaceField$Key needs a key with fields; give it a predicate")
      }
    case .replaceValue(let settings):
      switch draft.value {
      case .tombstone: break
      case .envelope(let fields):
        draft.value = .envelope(try rename(fields, settings, transform.name))
      case .columns(let fields):
        draft.value = .columns(try rename(fields, settings, transform.name))
      case .column, .message:
        throw .configuration("transform \"\(transform.name)\": ReplaceField$Value needs an envelope; give it a predicate for other topics")
      }
    }
  }

  private static func rename<Source>(
    _ fields: [RecordDraft.Named<Source>], _ settings: ReplaceFieldSettings, _ transform: String
  ) throws(CaptureError) -> [RecordDraft.Named<Source>] {
    let renamed = fields.compactMap { field in settings.name(for: field.name).map { RecordDraft.Named(source: field.source, name: $0) } }
    guard Set(renamed.map(\.name)).count == renamed.count else {
      throw .configuration("transform \"\(transform)\": a field is renamed to one that exists; expected a name that is free")
    }
    return renamed
  }

  static func rename(
    _ topic: String, _ pattern: NamePattern, _ replacement: String, _ transform: String
  ) throws(CaptureError) -> String {
    do { return try pattern.replacing(topic, with: replacement) ?? topic } catch {
      guard !error.isTooSlow else { throw pattern.tooSlow(topic) }
      throw .configuration(
        "transform \"\(transform)\": the replacement \(JSONDocument.quoted(replacement)) names a group that is not there")
    }
  }

  /// Turns an envelope's draft into an event's: key, value and headers come from columns.
  private func route(_ settings: EventRouterSettings, _ draft: inout RecordDraft, transform: String) throws(CaptureError) {
    func column(_ name: String) throws(CaptureError) -> Int {
      guard let i = columns.firstIndex(of: name) else {
        throw .configuration(
          "transform \"\(transform)\": topic \(draft.topic) has no column \"\(name)\"; expected an outbox table (use a predicate for others)"
        )
      }
      return i
    }
    _ = try column(settings.routeColumn)
    _ = try column(settings.idColumn)
    draft.headerNames.append("id")
    var fields: [RecordDraft.Named<Int>] = [.init(source: try column(settings.payloadColumn), name: "payload")]
    for field in settings.additionalFields {
      if settings.ignoresMissingFields, !columns.contains(field.column) { continue }
      let index = try column(field.column)
      switch field.placement {
      case .envelope: fields.append(.init(source: index, name: field.alias))
      case .header: draft.headerNames.append(field.alias)
      case .partition: break
      }
    }
    draft.key = if let name = settings.keyColumn { .column(try column(name)) } else { .none }
    let isBare = !settings.additionalFields.contains { $0.placement == .envelope }
    draft.value = isBare ? .column(fields[0].source) : .columns(fields)
  }
}
