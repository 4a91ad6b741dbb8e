/// Parses the `transforms` and `predicates` namespaces, strictly by class: an unknown class or option is an error that names it.
struct TransformSettings {
  let reader: SettingsReader

  init(_ reader: SettingsReader) { self.reader = reader }

  func parse() throws(CaptureError) -> RecordTransformChain {
    let names = TransformOptions.split(reader.text("transforms") ?? "")
    let predicateNames = TransformOptions.split(reader.text("predicates") ?? "")
    try checkAliases(namespace: "transforms", names: names)
    try checkAliases(namespace: "predicates", names: predicateNames)
    var predicates: [String: Predicate] = [:]
    for name in predicateNames { predicates[name] = try PredicateClasses.predicate(reader, prefix: "predicates.\(name).") }
    var steps: [RecordTransformChain.Step] = []
    for name in names { steps.append(try step(name, predicates: predicates)) }
    return RecordTransformChain(steps)
  }

  /// Every key of the namespace belongs to an alias that the list names, and no alias stands twice.
  private func checkAliases(namespace: String, names: [String]) throws(CaptureError) {
    guard Set(names).count == names.count, !names.contains("") else {
      throw reader.error(namespace, names.joined(separator: ","), "expected each alias once")
    }
    for key in reader.settings.keys.sorted() where key.hasPrefix(namespace + ".") {
      guard names.contains(where: { key.hasPrefix("\(namespace).\($0).") }) else {
        throw .configuration("\(reader.origin): key \"\(key)\" belongs to no alias of \"\(namespace)\" (\(names.joined(separator: ", ")))")
      }
    }
  }

  private func step(_ name: String, predicates: [String: Predicate]) throws(CaptureError) -> RecordTransformChain.Step {
    let prefix = "transforms.\(name)."
    let type = try reader.required(prefix + "type")
    guard let entry = TransformClasses.all[type] else {
      throw reader.error(prefix + "type", type, TransformClasses.expectation(for: type))
    }
    let shortName = String(type[(type.lastIndex(of: ".").map { type.index(after: $0) } ?? type.startIndex)...])
    let options = try TransformOptions(
      reader, prefix: prefix, type: shortName, known: entry.type.options, common: ["type", "predicate", "negate"],
      trims: type.hasPrefix(TransformClasses.kafka))
    let transform = try entry.type.init(options, part: entry.part)
    var predicate: Predicate?
    if let predicateName = reader.text(prefix + "predicate") {
      guard let found = predicates[predicateName] else {
        throw reader.error(prefix + "predicate", predicateName, "expected a name that \"predicates\" lists")
      }
      predicate = found
    }
    let negate = reader.text(prefix + "negate") ?? "false"
    guard ["true", "false"].contains(negate.lowercased()) else { throw reader.error(prefix + "negate", negate, "expected true or false") }
    guard predicate != nil || reader.text(prefix + "negate") == nil else {
      throw reader.error(prefix + "negate", negate, "expected a predicate beside it")
    }
    return RecordTransformChain.Step(
      name: name, transform: transform, compiled: transform.compiled, predicate: predicate, negate: negate.lowercased() == "true")
  }
}
