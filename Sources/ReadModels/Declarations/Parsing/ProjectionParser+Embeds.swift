internal import Yams

extension ProjectionParser {
  /// `one`, `many` or `aggregates`.
  mutating func embed(_ entry: DeclarationReader.Entry, kind: DeclaredEmbed.Kind, depth: Int) -> DeclaredEmbed? {
    var allowed = [kind.rawValue, "on", "by", "through", "where", "soft_delete", "fields", "value"]
    if kind != .aggregates { allowed.append("order") }
    if kind == .many { allowed.append("limit") }
    let problemsBefore = problems.count
    let parts = reader.entries(entry.node, at: entry.place, allowed: allowed, expected: "a section")
    func part(_ name: String) -> DeclarationReader.Entry? { parts.first { $0.name == name } }

    var steps = part("through").map { through($0) } ?? []
    if let last = step(kind.rawValue, parts, at: entry.place) { steps.append(last) }
    let order = part("order").map { self.order($0) } ?? []
    let limit = part("limit").flatMap { reader.integer($0, 1...10_000) }
    let content: DeclaredEmbed.Content?
    switch (part("fields"), part("value")) {
    case (let fields?, nil):
      content =
        kind == .aggregates ? .aggregates(aggregates(fields)) : .fields(self.fields(fields.node, at: fields.place, depth: depth + 1))
    case (nil, let value?):
      content = kind == .aggregates ? aggregate(value).map { .aggregate($0) } : self.value(value, depth: depth + 1).map { .value($0) }
    default:
      reader.report(entry.place, "expected either fields, for an object, or value, for a single value of each row")
      content = nil
    }
    guard problems.count == problemsBefore, let content, !steps.isEmpty else { return nil }
    return DeclaredEmbed(kind: kind, place: entry.place, steps: steps, order: order, limit: limit, content: content)
  }

  private mutating func through(_ entry: DeclarationReader.Entry) -> [DeclaredStep] {
    var nodes = [entry.node]
    if case .sequence(let items) = entry.node { nodes = Array(items) }
    if nodes.isEmpty || nodes.count > Self.maximumDepth {
      reader.report(entry.place, "expected 1 to \(Self.maximumDepth) tables on the way")
    }
    return nodes.compactMap { node in
      let place = reader.place(node, key: entry.place.key)
      let parts = reader.entries(
        node, at: place, allowed: ["table", "on", "by", "where", "soft_delete"], expected: "{table: …, on: …}, or a list of them")
      return parts.isEmpty ? nil : step("table", parts, at: place)
    }
  }

  private mutating func step(_ tableKey: String, _ parts: [DeclarationReader.Entry], at place: DeclarationPlace) -> DeclaredStep? {
    guard let tableEntry = parts.first(where: { $0.name == tableKey }) else {
      reader.report(place, "expected \(tableKey), a mirrored table")
      return nil
    }
    let table = reader.text(tableEntry, expected: "a mirrored table")
    let rows = self.rows(parts)
    let link: DeclaredStep.Link?
    switch (parts.first { $0.name == "on" }, parts.first { $0.name == "by" }) {
    case (let on?, nil): link = self.on(on)
    case (nil, let by?):
      link = reader.text(by, expected: "the column that holds the key of \(table?.text ?? "the table")").map { .referenced(by: $0) }
    default:
      reader.report(
        place,
        "expected either on, the column of \(table?.text ?? "the table") that holds the key of the row before, or by, the row's column that "
          + "holds the key of \(table?.text ?? "the table")")
      link = nil
    }
    guard let table, let link else { return nil }
    return DeclaredStep(table: table, link: link, rows: rows)
  }

  /// `product_id`, or `{column: column of the row before}`.
  private mutating func on(_ entry: DeclarationReader.Entry) -> DeclaredStep.Link? {
    guard case .mapping = entry.node else {
      return reader.text(entry, expected: "a column, or {column: column of the row before}").map { .carries($0) }
    }
    let pairs = reader.entries(entry.node, at: entry.place, allowed: nil, expected: "columns").compactMap { pair in
      reader.text(pair, expected: "a column of the row before").map { DeclaredStep.Link.Pair(column: pair.located, before: $0) }
    }
    if pairs.isEmpty { reader.report(entry.place, "expected at least one column") }
    return pairs.isEmpty ? nil : .equal(pairs)
  }

  /// `created_at desc nulls last`, or a list of such.
  private mutating func order(_ entry: DeclarationReader.Entry) -> [DeclaredOrder] {
    reader.texts(entry, expected: "a column, with asc or desc behind it").compactMap { text in
      var words = text.text.split(separator: " ").map(String.init)
      var order = DeclaredOrder(column: Located(text: words.isEmpty ? "" : words.removeFirst(), place: text.place))
      var rest = words.map { $0.lowercased() }
      if let direction = rest.first, ["asc", "desc"].contains(direction) {
        order.isDescending = direction == "desc"
        rest.removeFirst()
      }
      if rest == ["nulls", "first"] || rest == ["nulls", "last"] {
        order.nullsFirst = rest[1] == "first"
        rest = []
      }
      guard rest.isEmpty else {
        reader.report(text.problem("expected a column, then asc or desc, then nulls first or nulls last"))
        return nil
      }
      return order
    }
  }
}
