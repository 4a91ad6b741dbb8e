internal import Yams

extension ProjectionDeclaration {
  /// Reads the projections of one file: one at the top of the file, or several in a list under `projections:`.
  ///
  /// - Parameters:
  ///   - yaml: the file's text.
  ///   - file: its name, for problems.
  /// - Throws: ``ProjectionError`` with everything that is wrong in the file as such; whether tables and columns exist is found out later.
  public static func parse(_ yaml: String, file: String) throws(ProjectionError) -> [ProjectionDeclaration] {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw ProjectionError([explain(error, file: file)])
    }
    var parser = ProjectionParser(file: file)
    let declarations = root.map { parser.file($0) } ?? []
    if declarations.isEmpty, parser.problems.isEmpty {
      throw ProjectionError([
        ProjectionProblem(
          file: file, line: 1, key: "", reason: "expected a projection, which begins with its name: \"projection: product\"")
      ])
    }
    guard parser.problems.isEmpty else { throw ProjectionError(parser.problems) }
    return declarations
  }

  private static func explain(_ error: any Error, file: String) -> ProjectionProblem {
    let (line, reason): (Int, String) =
      switch error as? YamlError {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
        (mark.line, "the file is not YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, let context):
        (context.mark.line, "the same key stands twice: \(duplicates.joined(separator: ", "))")
      case .reader(let problem, _, _, _): (1, "the file is not YAML: \(problem)")
      default: (1, "the file is not YAML")
      }
    return ProjectionProblem(file: file, line: line, key: "", reason: reason)
  }
}
