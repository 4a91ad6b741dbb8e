/// The configuration reference: every key with its default, its environment variable and what it is for.
public enum ConfigurationReference {
  /// Markdown, one table per section. Without a final line break.
  public static func markdown(declarations: [any ConfigurationDeclaration] = Keys.all) -> String {
    var sections: [(name: String, keys: [any ConfigurationDeclaration])] = []
    for declaration in declarations {
      let section = declaration.name.lastIndex(of: ".").map { String(declaration.name[..<$0]) } ?? ""
      if let index = sections.firstIndex(where: { $0.name == section }) {
        sections[index].keys.append(declaration)
      } else {
        sections.append((section, [declaration]))
      }
    }
    return sections.map { section in
      var lines = [
        "### " + (section.name.isEmpty ? "Top level" : "`\(section.name)`"), "", "| key | default | takes | meaning |",
        "| --- | --- | --- | --- |",
      ]
      for key in section.keys {
        let value = key.defaultText.isEmpty ? "–" : code(key.defaultText)
        let source = key.isSecret ? "environment only, `\(key.environmentName)`" : "`\(key.environmentName)`"
        lines.append("| \(code(key.name))<br>\(source) | \(value) | \(cell(key.expected)) | \(cell(key.documentation)) |")
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func code(_ text: String) -> String { text.contains(" ") || text.contains("`") ? cell(text) : "`\(text)`" }

  /// A pipe would end the table's cell.
  private static func cell(_ text: String) -> String {
    var result = ""
    for character in text { result += character == "|" ? "\\|" : character.isNewline ? " " : String(character) }
    return result
  }
}
