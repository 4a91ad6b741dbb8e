import Yams

/// A configuration file taken apart: full key, raw value and line of everything that it sets.
struct ConfigurationDocument {
  /// One key that the file sets.
  struct Entry {
    let key: String
    let value: RawConfigurationValue
    let origin: ConfigurationOrigin
  }

  private(set) var entries: [Entry] = []
  private(set) var problems: [ConfigurationProblem] = []
  private let path: String
  private let names: KeyNames
  /// Sections nest two deep and mappings of librdkafka's names a little more; what is deeper is an accident or an attack.
  private static let maximumDepth = 8

  init(yaml: String, path: String, names: KeyNames) {
    self.path = path
    self.names = names
    do {
      guard let root = try Yams.compose(yaml: yaml) else { return }  // an empty file sets nothing
      if case .scalar(let scalar) = root, scalar.string.isEmpty { return }
      guard case .mapping(let mapping) = root else {
        report("", "expected sections such as \"syncer:\" at the top of the file", at: root.mark)
        return
      }
      walk(mapping, prefix: "", depth: 0)
    } catch let error as YamlError {
      let (line, reason) = Self.explain(error)
      problems.append(ConfigurationProblem(key: "", reason: reason, origin: .file(path: path, line: line)))
    } catch {
      problems.append(ConfigurationProblem(key: "", reason: "the file is not YAML", origin: .file(path: path, line: 1)))
    }
  }

  private mutating func walk(_ mapping: Node.Mapping, prefix: String, depth: Int) {
    for (keyNode, valueNode) in mapping {
      guard case .scalar(let keyScalar) = keyNode else {
        report(prefix, "expected a name before the colon", at: keyNode.mark)
        continue
      }
      let key = prefix.isEmpty ? keyScalar.string : prefix + "." + keyScalar.string
      let origin = ConfigurationOrigin.file(path: path, line: keyNode.mark?.line ?? 1)
      let mark = keyNode.mark
      let declaration = names.declaration(key)
      switch valueNode {
      case .scalar(let scalar):
        if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
          // An empty section is harmless; a key without a value is a line half written.
          if declaration != nil { report(key, "has no value; give it one or remove the line", at: mark) }
          if declaration == nil, !names.isSection(key) { entries.append(Entry(key: key, value: .scalar(""), origin: origin)) }
        } else {
          entries.append(Entry(key: key, value: .scalar(scalar.string), origin: origin))
        }
      case .sequence(let sequence):
        let items = sequence.compactMap { node -> String? in if case .scalar(let item) = node { item.string } else { nil } }
        if items.count == sequence.count {
          entries.append(Entry(key: key, value: .list(items), origin: origin))
        } else {
          report(key, "expected a list of plain texts", at: mark)
        }
      case .mapping(let inner):
        if let declaration, declaration.takesMapping {
          var found: [RawConfigurationValue.Entry] = []
          collect(inner, key: key, prefix: "", depth: depth + 1, into: &found)
          entries.append(Entry(key: key, value: .map(found), origin: origin))
        } else if let declaration {
          report(key, "expected \(declaration.expected), found a section", at: mark)
        } else if depth + 1 >= Self.maximumDepth || !names.isSection(key) {
          let reason = "there is no such section"
          problems.append(ConfigurationProblem(key: key, reason: reason, origin: origin, suggestion: names.nearestSection(to: key)))
        } else {
          walk(inner, prefix: key, depth: depth + 1)
        }
      case .alias:
        report(key, "aliases are not supported here", at: mark)
      }
    }
  }

  private mutating func collect(
    _ mapping: Node.Mapping, key: String, prefix: String, depth: Int, into found: inout [RawConfigurationValue.Entry]
  ) {
    for (keyNode, valueNode) in mapping {
      guard case .scalar(let keyScalar) = keyNode else {
        report(key, "expected a name before the colon", at: keyNode.mark)
        continue
      }
      let name = prefix.isEmpty ? keyScalar.string : prefix + "." + keyScalar.string
      switch valueNode {
      case .scalar(let scalar): found.append(.init(name: name, value: scalar.string))
      case .mapping(let inner) where depth < Self.maximumDepth: collect(inner, key: key, prefix: name, depth: depth + 1, into: &found)
      default: report("\(key).\(name)", "expected a plain text", at: keyNode.mark)
      }
    }
  }

  private mutating func report(_ key: String, _ reason: String, at mark: Mark?) {
    problems.append(ConfigurationProblem(key: key, reason: reason, origin: .file(path: path, line: mark?.line ?? 1)))
  }

  private static func explain(_ error: YamlError) -> (line: Int, reason: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      (mark.line, "the file is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      (context.mark.line, "the same key stands twice: \(duplicates.joined(separator: ", "))")
    case .reader(let problem, _, _, _): (1, "the file is not YAML: \(problem)")
    default: (1, "the file is not YAML")
    }
  }
}
