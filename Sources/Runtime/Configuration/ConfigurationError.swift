/// A configuration that cannot be used: every problem found, not just the first. Exit code ``ExitCode/configuration``.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, in the order of the file, then environment, then flags, then cross-checks. Never empty.
  public var problems: [ConfigurationProblem]

  /// An error with these problems.
  public init(problems: [ConfigurationProblem]) { self.problems = problems }

  /// An error with one problem.
  public init(_ problem: ConfigurationProblem) { self.problems = [problem] }

  /// One line per problem. Safe to show anybody: values of secrets are left out.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
