internal import CLibPQ

extension ConnectionConfiguration {
  /// Reads `postgres://user:password@host:port/database?sslmode=…` or a libpq `key=value` string, with libpq's own parser.
  ///
  /// What the text leaves out has the defaults of the other initialiser; the user's default is `postgres`. Several hosts in one text are not taken.
  /// - Throws: ``PostgresError`` (permanent) that says what is wrong; it never repeats the text, which may hold a password.
  public init(url: String) throws {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(url, &message) else {
      // libpq's message quotes the piece it did not understand, and that may be a password with an unescaped character.
      PQfreemem(message)
      throw PostgresError.misuse(
        "the database address is neither a postgres:// URL nor a libpq \"key=value\" text that libpq can read; special characters in "
          + "user, password and database must be percent-encoded in a URL")
    }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    try self.init(keywords: values)
  }

  private init(keywords: [String: String]) throws {
    var rest = keywords
    func take(_ key: String) -> String? {
      rest.removeValue(forKey: key)
    }
    let user = take("user") ?? "postgres"
    let host = take("host") ?? take("hostaddr") ?? "localhost"
    guard !host.contains(",") else {
      throw PostgresError.misuse("the database address names several hosts (\(host)); name one")
    }
    let portText = take("port") ?? "5432"
    guard let port = Int(portText), (1...65535).contains(port) else {
      throw PostgresError.misuse("the port of the database address is \"\(portText)\", expected a number from 1 to 65535")
    }
    self.init(host: host, port: port, user: user, password: take("password").map { Secret($0) }, database: take("dbname"))
    if let mode = take("sslmode") {
      guard let known = TLSConfiguration.Mode(rawValue: mode) else {
        let modes = TLSConfiguration.Mode.allCases.map(\.rawValue).joined(separator: ", ")
        throw PostgresError.misuse("sslmode of the database address is \"\(mode)\", expected one of \(modes)")
      }
      tls.mode = known
    }
    tls.rootCertificate = take("sslrootcert")
    tls.certificate = take("sslcert")
    tls.key = take("sslkey")
    tls.keyPassword = take("sslpassword").map { Secret($0) }
    tls.revocationList = take("sslcrl")
    tls.minimumProtocol = take("ssl_min_protocol_version")
    if let name = take("application_name") ?? take("fallback_application_name") { applicationName = name }
    if let timeout = take("connect_timeout") {
      guard let seconds = Int(timeout), seconds > 0 else {
        throw PostgresError.misuse("connect_timeout of the database address is \"\(timeout)\", expected seconds above 0")
      }
      connectTimeout = .seconds(seconds)
    }
    if let text = take("options") { options = try Self.parseOptions(text) }
    for ours in ["replication", "client_encoding", "fallback_application_name"] { rest[ours] = nil }
    parameters = rest
  }

  /// Reads `-c name=value --name=value` with backslash escapes, as the backend does.
  private static func parseOptions(_ text: String) throws -> [String: String] {
    var words: [String] = []
    var word = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        word.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    var result: [String: String] = [:]
    var expectsSetting = false
    for word in words {
      if word == "-c" {
        expectsSetting = true
        continue
      }
      let setting = expectsSetting ? word : word.hasPrefix("--") ? String(word.dropFirst(2)) : String(word.dropFirst(2))
      guard expectsSetting || word.hasPrefix("--") || word.hasPrefix("-c"), let equals = setting.firstIndex(of: "=") else {
        throw PostgresError.misuse("options of the database address must be of the form \"-c name=value\"")
      }
      result[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
      expectsSetting = false
    }
    return result
  }
}
