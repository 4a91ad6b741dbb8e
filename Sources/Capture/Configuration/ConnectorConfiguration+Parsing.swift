internal import ChangeEvents
internal import Postgres

extension ConnectorConfiguration {
  /// Checks every key, then replaces references to secrets.
  static func resolve(_ file: ConnectorFile, environment: [String: String]) throws(CaptureError) -> [String: String] {
    var resolved: [String: String] = [:]
    for key in file.settings.keys.sorted() {
      guard let raw = file.settings[key] else { continue }
      let value: String
      do { value = try SecretReference.resolve(raw, key: key, environment: environment) } catch {
        throw .configuration("\(file.origin): \(error.reason)")
      }
      resolved[key] = value
      if let known = ConnectorKeys.all[key] {
        // An empty value where there is no default is the same as no value.
        if value.isEmpty, known.fallback == nil { continue }
        if let complaint = known.complaint(about: value) {
          throw .configuration("\(file.origin): key \"\(key)\" has the value \(ConnectorKey.shown(value, of: key)): \(complaint)")
        }
      } else {
        try checkNamespace(key, value: value, origin: file.origin)
      }
    }
    if resolved["connector.class"] == nil { resolved["connector.class"] = ConnectorKeys.connectorClass }
    return resolved
  }

  private static func checkNamespace(_ key: String, value: String, origin: String) throws(CaptureError) {
    guard let found = ConnectorKeys.namespaces.first(where: { key.hasPrefix($0.prefix) && key != $0.prefix }) else {
      let hint = nearest(to: key).map { "; did you mean \"\($0)\"?" } ?? ""
      throw .configuration("\(origin): key \"\(key)\" is not known\(hint)")
    }
    switch found.namespace {
    case .refused(let why):
      throw .configuration("\(origin): key \"\(key)\" has the value \(ConnectorKey.shown(value, of: key)): it cannot be honoured: \(why)")
    case .topicCreation:
      let settings = ["topic.creation.enable", "topic.creation.default.partitions", "topic.creation.default.replication.factor"]
      guard settings.contains(key) || key.hasPrefix("topic.creation.default.") else {
        throw .configuration(
          "\(origin): key \"\(key)\" has the value \"\(value)\": it cannot be honoured: topics are created by topic.creation.default.* alone"
        )
      }
      if key != settings[0], settings.contains(key), (Int32(value).map { $0 == -1 || $0 > 0 } ?? false) == false {
        throw .configuration("\(origin): key \"\(key)\" has the value \"\(value)\": expected -1 or a number above 0")
      }
    case .transforms, .predicates, .producerOverride, .columnMappings, .snapshots, .tuning: break
    }
  }

  /// The known key that a misspelled one most likely stands for.
  private static func nearest(to key: String) -> String? {
    var best: (name: String, distance: Int)?
    for name in ConnectorKeys.all.keys.sorted() where abs(name.utf8.count - key.utf8.count) <= 3 {
      let distance = editDistance(Array(name.utf8), Array(key.utf8))
      if distance <= 3, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }

  static func connection(_ reader: SettingsReader) throws(CaptureError) -> ConnectionConfiguration {
    var tls = TLSConfiguration()
    tls.mode = try reader.choice("database.sslmode", TLSConfiguration.Mode.self)
    tls.certificate = reader.text("database.sslcert")
    tls.key = reader.text("database.sslkey")
    tls.rootCertificate = reader.text("database.sslrootcert")
    return ConnectionConfiguration(
      host: try reader.required("database.hostname"), port: Int(reader.number("database.port")), user: try reader.required("database.user"),
      password: reader.text("database.password").map { Secret($0) }, database: try reader.required("database.dbname"), tls: tls,
      applicationName: "sluice capture", options: ["lc_monetary": "C"])
  }

  static func offsetStorage(_ reader: SettingsReader) throws(CaptureError) -> OffsetStorage? {
    let file = reader.text("offset.storage.file.filename")
    let topic = reader.text("offset.storage.topic")
    let kind = reader.text("offset.storage")
    switch (file, topic) {
    case (.some, .some):
      throw .configuration(
        "\(reader.origin): keys \"offset.storage.file.filename\" and \"offset.storage.topic\" are both set; expected one of them")
    case (.some(let file), nil):
      guard kind == nil || kind == "org.apache.kafka.connect.storage.FileOffsetBackingStore" else {
        throw reader.error(
          "offset.storage", kind ?? "",
          "expected org.apache.kafka.connect.storage.FileOffsetBackingStore beside offset.storage.file.filename")
      }
      return .file(file)
    case (nil, .some(let topic)):
      guard kind == nil || kind == "org.apache.kafka.connect.storage.KafkaOffsetBackingStore" else {
        throw reader.error(
          "offset.storage", kind ?? "", "expected org.apache.kafka.connect.storage.KafkaOffsetBackingStore beside offset.storage.topic")
      }
      return .topic(topic)
    case (nil, nil):
      if let kind { throw reader.error("offset.storage", kind, "expected offset.storage.file.filename or offset.storage.topic beside it") }
      return nil
    }
  }

  static func operations(_ reader: SettingsReader) throws(CaptureError) -> Set<ChangeEvents.Operation> {
    let value = reader.settings["skipped.operations"] ?? "t"
    var result: Set<ChangeEvents.Operation> = []
    for part in NameFilter.split(value) where part != "none" {
      let letters: [String: ChangeEvents.Operation] = ["c": .create, "u": .update, "d": .delete, "t": .truncate]
      guard let operation = letters[part] else {
        throw reader.error("skipped.operations", value, "expected a list of c, u, d, t, or none")
      }
      result.insert(operation)
    }
    return result
  }

  static func members(of prefix: String, in settings: [String: String]) -> [String: String] {
    var members: [String: String] = [:]
    for (key, value) in settings where key.hasPrefix(prefix) { members[String(key.dropFirst(prefix.count))] = value }
    return members
  }
}
