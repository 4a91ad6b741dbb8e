public import Postgres

/// All projections that an installation declares.
public struct DeclaredProjections: Sendable, Hashable {
  /// In the order of the files.
  public let declarations: [ProjectionDeclaration]

  /// - Throws: ``ProjectionError`` where two have the same name or the same table.
  public init(_ declarations: [ProjectionDeclaration]) throws(ProjectionError) {
    self.declarations = declarations
    var problems: [ProjectionProblem] = []
    for (index, declaration) in declarations.enumerated() {
      let before = declarations[..<index]
      if let other = before.first(where: { $0.name == declaration.name }) {
        problems.append(
          declaration.place.problem("there is a projection of this name at \(other.place.file):\(other.place.line) already"))
      }
      if let other = before.first(where: { $0.schema == declaration.schema && $0.table == declaration.table }) {
        problems.append(
          declaration.place.problem(
            "its documents would be stored in \(declaration.schema).\(declaration.table), as those of \(other.name) are; expected a table of "
              + "its own"))
      }
    }
    if !problems.isEmpty { throw ProjectionError(problems) }
  }

  /// What the projections are over these mirrors, with everything checked: tables and columns by the mirrors' definitions, expressions and
  /// the statements by PostgreSQL.
  ///
  /// - Parameters:
  ///   - mirrors: what is mirrored.
  ///   - connection: to the read database. Temporary tables are made and rolled back.
  /// - Throws: ``ProjectionError`` with everything that is wrong, or what the database throws.
  public func definitions(over mirrors: MirrorSet, checkedOn connection: Connection) async throws -> [DocumentDefinition] {
    let resolved = try resolve(over: mirrors)
    let outcome = try await ProjectionCheckStore(connection: connection).check(resolved)
    guard outcome.problems.isEmpty else { throw ProjectionError(outcome.problems) }
    return zip(resolved, outcome.types).map { CompiledProjection($0, types: $1).definition }
  }

  func resolve(over mirrors: MirrorSet) throws(ProjectionError) -> [ResolvedProjection] {
    var resolver = ProjectionResolver(mirrors)
    let resolved = declarations.compactMap { resolver.resolve($0) }
    guard resolver.problems.isEmpty else { throw ProjectionError(resolver.problems) }
    return resolved
  }
}
