/// Why a group of daemons could not be started or kept running.
public struct SupervisorError: Error, CustomStringConvertible, Equatable {
  /// One line for the operator.
  public var description: String
  /// True where starting again cannot help: the daemon said that its configuration or usage is wrong.
  public var isConfiguration: Bool

  /// See the properties.
  public init(_ description: String, isConfiguration: Bool = false) {
    self.description = description
    self.isConfiguration = isConfiguration
  }
}
