/// The commands that a bus carries out, by name.
public struct CommandRegistry: Sendable {
  private var types: [String: any Command.Type] = [:]

  /// Creates a registry.
  ///
  /// - Throws: ``CommandRegistryError`` where two commands have one name.
  public init(_ commands: [any Command.Type]) throws(CommandRegistryError) {
    for command in commands {
      guard types.updateValue(command, forKey: command.name) == nil else { throw CommandRegistryError(name: command.name) }
    }
  }

  /// The names, sorted.
  public var names: [String] { types.keys.sorted() }

  /// Decodes a request.
  ///
  /// - Throws: ``CommandError/unknownCommand(_:)`` or ``CommandError/invalid(field:reason:)``.
  func decode(_ request: CommandRequest, maximumBytes: Int) throws(CommandError) -> any Command {
    guard let type = types[request.name] else { throw .unknownCommand(String(request.name.prefix(100))) }
    var fields = try CommandFields(parsing: request.body, maximumBytes: maximumBytes)
    let command = try type.init(from: &fields)
    try fields.finish()
    return command
  }
}
