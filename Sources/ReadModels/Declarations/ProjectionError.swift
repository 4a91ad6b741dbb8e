/// Declarations of projections that cannot be used: every problem found, not just the first.
public struct ProjectionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, in the order of the files. Never empty.
  public let problems: [ProjectionProblem]

  init(_ problems: [ProjectionProblem]) { self.problems = problems }

  /// One line per problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
