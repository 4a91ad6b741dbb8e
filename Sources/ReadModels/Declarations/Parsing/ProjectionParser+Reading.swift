internal import Yams

/// What concerns the reading of documents: indexes, search, filters.
extension ProjectionParser {
  mutating func indexes(
    _ entry: DeclarationReader.Entry?, _ fields: DeclaredFields
  ) -> (contains: DeclaredContainment, numbers: [[String]], texts: [[String]]) {
    var result: (contains: DeclaredContainment, numbers: [[String]], texts: [[String]]) = (.all, [], [])
    guard let entry else { return result }
    for part in reader.entries(entry.node, at: entry.place, allowed: ["contains", "numbers", "texts"], expected: "a section") {
      switch part.name {
      case "contains": result.contains = reader.choice(part, DeclaredContainment.self) ?? .all
      case "numbers": result.numbers = paths(part, fields, throughArrays: false).map(\.names)
      default: result.texts = paths(part, fields, throughArrays: false).map(\.names)
      }
    }
    return result
  }

  mutating func search(_ entry: DeclarationReader.Entry, _ fields: DeclaredFields) -> DocumentSearch? {
    let parts = reader.entries(entry.node, at: entry.place, allowed: ["fields", "language"], expected: "a section")
    guard let paths = parts.first(where: { $0.name == "fields" }) else {
      reader.report(entry.place, "expected fields, the texts that are searched")
      return nil
    }
    var search = DocumentSearch(paths: self.paths(paths, fields, throughArrays: true).map(\.names))
    if let language = parts.first(where: { $0.name == "language" }).flatMap({ reader.text($0, expected: "a language") }) {
      if !Self.languages.contains(language.text) {
        let nearest = NearestName.to(language.text, among: Self.languages)
        reader.report(language.problem("expected simple, or a language of PostgreSQL's such as english or german", suggestion: nearest))
      }
      search.language = language.text
    }
    return search
  }

  mutating func filters(_ entry: DeclarationReader.Entry, _ fields: DeclaredFields) -> [DeclaredFilter] {
    let comparisons = DeclaredFilter.Comparison.allCases.map(\.rawValue)
    return reader.entries(entry.node, at: entry.place, allowed: nil, expected: "a section with a line for each parameter").compactMap {
      filter in
      let parts = reader.entries(
        filter.node, at: filter.place, allowed: comparisons + ["type"], expected: "a section such as {equals: brand.id, type: integer}")
      if ["limit", "cursor", "search"].contains(filter.name) {
        reader.report(filter.place, "every list has a parameter of this name already")
        return nil
      }
      guard let part = parts.first(where: { comparisons.contains($0.name) }),
        let comparison = DeclaredFilter.Comparison(rawValue: part.name),
        parts.count(where: { comparisons.contains($0.name) }) == 1
      else {
        if !parts.isEmpty { reader.report(filter.place, "expected one of \(DeclarationReader.list(comparisons))") }
        return nil
      }
      let type = parts.first { $0.name == "type" }
      if let type, comparison != .equals { reader.report(type.place, "only equals takes a type") }
      guard let path = paths(part, fields, throughArrays: comparison == .equals).first else { return nil }
      return DeclaredFilter(
        parameter: filter.name, comparison: comparison, path: path.elements,
        type: type.flatMap { reader.choice($0, DeclaredFilter.FieldType.self) } ?? .string)
    }
  }

  /// Paths such as `price.amount` that lead to a field of the document.
  private mutating func paths(_ entry: DeclarationReader.Entry, _ fields: DeclaredFields, throughArrays: Bool) -> [DeclaredPath] {
    let shape = DocumentShape(fields)
    return reader.texts(entry, expected: "a field of the document, as brand.name, or a list of them").compactMap { text in
      switch shape.follow(text.text) {
      case .found(let path):
        if throughArrays || !path.elements.contains("[]") { return path }
        reader.report(text.problem("the path leads through an array; expected one number or text in each document"))
      case .unknown(let name, let among):
        reader.report(text.problem("the document has no field \(name) there", suggestion: NearestName.to(name, among: among)))
      case .notAnObject(let name): reader.report(text.problem("\(name) has no fields"))
      case .incomplete: reader.report(text.problem("the path ends at an object; expected one of its fields"))
      }
      return nil
    }
  }
}
