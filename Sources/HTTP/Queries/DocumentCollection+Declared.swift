public import ReadModels

extension DeclaredDocumentStore: DocumentReading {}

extension DocumentCollection {
  /// The documents of a declared projection under its table's name, with the filters that it declares, and `search` where it declares one.
  public init(_ declaration: ProjectionDeclaration, from documents: any DocumentReading) {
    self.init(
      declaration.table, from: documents,
      filters: declaration.filters.map(CollectionFilter.init) + (declaration.search == nil ? [] : [.search()]))
  }
}

extension CollectionFilter {
  /// A filter that a projection declares.
  init(_ declared: DeclaredFilter) {
    let type: FieldType =
      switch declared.type {
      case .string: .string
      case .integer: .integer
      case .boolean: .boolean
      }
    self =
      switch declared.comparison {
      case .equals: .equals(declared.parameter, declared.path, type)
      case .containsText: .containsText(declared.parameter, declared.path)
      case .atLeast: .atLeast(declared.parameter, declared.path)
      case .atMost: .atMost(declared.parameter, declared.path)
      }
  }

  /// `?search=red lamp`: the documents that have these words, as web searches have it.
  public static func search(_ parameter: String = "search") -> CollectionFilter {
    CollectionFilter(parameter: parameter, expected: "a text of 1 to 200 characters") { text in
      (1...200).contains(text.count) && !text.utf8.contains(0) ? .search(text) : nil
    }
  }
}
