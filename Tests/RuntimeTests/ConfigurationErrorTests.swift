import Foundation
import Testing

@testable import Runtime

/// What a user reads when a configuration is wrong: one row per mistake.
@Suite struct ConfigurationErrorTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var yaml = ""
    var environment: [String: String] = [:]
    var flags: [String] = []
    /// The whole message, `FILE` standing for the file's path.
    var message: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Mistake(
      yaml: "syncer:\n  batch_size: many\n", message: "FILE:2: syncer.batch_size = \"many\": expected a whole number from 1 to 100000"),
    Mistake(yaml: "syncer:\n  batch_size: 0\n", message: "FILE:2: syncer.batch_size = \"0\": expected a whole number from 1 to 100000"),
    Mistake(
      yaml: "syncer:\n  batch_size: [1, 2]\n", message: "FILE:2: syncer.batch_size = \"[1, 2]\": expected a whole number from 1 to 100000"),
    Mistake(
      yaml: "# a comment\nsyncer:\n  group: x\n  bach_size: 5\n",
      message: "FILE:4: syncer.bach_size = \"5\": there is no such key; did you mean syncer.batch_size?"),
    Mistake(yaml: "batch_size: 5\n", message: "FILE:1: batch_size = \"5\": there is no such key; did you mean syncer.batch_size?"),
    Mistake(yaml: "sincer:\n  batch_size: 5\n", message: "FILE:1: sincer: there is no such section; did you mean syncer?"),
    Mistake(
      yaml: "syncer:\n  fetch_wait: 5\n",
      message: "FILE:2: syncer.fetch_wait = \"5\": expected a duration from 1ms to 30s, such as 250ms or 10s"),
    Mistake(
      yaml: "syncer:\n  batch_bytes: 4 parsec\n",
      message: "FILE:2: syncer.batch_bytes = \"4 parsec\": expected a size from 64KiB to 512MiB, such as 512KiB or 4MB"),
    Mistake(
      yaml: "log:\n  level: info\nmetrics:\n  process: yes\n", message: "FILE:4: metrics.process = \"yes\": expected true or false"),
    Mistake(
      yaml: "log: {level: loud}\n",
      message: "FILE:1: log.level = \"loud\": expected one of trace, debug, info, notice, warning, error, critical"),
    Mistake(yaml: "log:\n  level:\n", message: "FILE:2: log.level: has no value; give it one or remove the line"),
    Mistake(
      yaml: "log:\n  level: {a: b}\n",
      message: "FILE:2: log.level: expected one of trace, debug, info, notice, warning, error, critical, found a section"),
    Mistake(
      yaml: "command:\n  listen: 8080\n",
      message: "FILE:2: command.listen = \"8080\": expected host:port, such as 127.0.0.1:8080 or [::1]:8080"),
    Mistake(
      yaml: "command:\n  listen: :8080\n",
      message: "FILE:2: command.listen = \":8080\": expected host:port, such as 127.0.0.1:8080 or [::1]:8080"),
    Mistake(
      yaml: "kafka:\n  bootstrap_servers: broker1\n",
      message: "FILE:2: kafka.bootstrap_servers = \"broker1\": expected host:port, or several separated by commas"),
    Mistake(
      yaml: "write:\n  database:\n    password: hunter2\n",
      message:
        "FILE:3: write.database.password: secrets do not stand in the configuration file; use write.database.password_file or SLUICE_WRITE_DATABASE_PASSWORD"
    ),
    Mistake(
      yaml: "write:\n  database:\n    pasword: hunter2\n",
      message: "FILE:3: write.database.pasword = \"hunter2\": there is no such key; did you mean write.database.password?"),
    Mistake(yaml: "- a\n- b\n", message: "FILE:1: expected sections such as \"syncer:\" at the top of the file"),
    Mistake(yaml: "syncer:\n  topics:\n    - [a]\n", message: "FILE:2: syncer.topics: expected a list of plain texts"),
    Mistake(
      environment: ["SLUICE_SYNCER_BATCHSIZE": "5"],
      message: "environment variable SLUICE_SYNCER_BATCHSIZE: there is no such setting; did you mean SLUICE_SYNCER_BATCH_SIZE?"),
    Mistake(
      environment: ["SLUICE_LOG_FORMAT": "xml"],
      message: "environment variable SLUICE_LOG_FORMAT: log.format = \"xml\": expected one of text, json"),
    Mistake(flags: ["syncer.group"], message: "flag --set: \"syncer.group\": expected key=value"),
    Mistake(flags: ["syncer.grup=a"], message: "flag --set: syncer.grup = \"a\": there is no such key; did you mean syncer.group?"),
    Mistake(
      flags: ["read.database.password=x"],
      message:
        "flag --set: read.database.password: a flag is visible in the list of processes; use read.database.password_file or SLUICE_READ_DATABASE_PASSWORD"
    ),
  ])
  func isNamed(_ mistake: Mistake) throws {
    #expect(try messages(mistake) == [mistake.message])
  }

  @Test(arguments: [
    Mistake(
      yaml: "syncer:\n  retry:\n    initial_delay: 1m\n    max_delay: 10s\n",
      message: "FILE:3: syncer.retry.initial_delay = \"1m\": expected at most syncer.retry.max_delay, which is \"10s\" (FILE:4)"),
    Mistake(
      yaml: "query:\n  listen: 127.0.0.1:8080\n", message: "FILE:2: query.listen = \"127.0.0.1:8080\": is also command.listen (default)"),
    Mistake(
      yaml: "query:\n  default_page_size: 1000\n",
      message: "FILE:2: query.default_page_size = \"1000\": expected at most query.max_page_size, which is \"500\" (default)"),
    Mistake(
      yaml: "write:\n  database:\n    url: postgres://me@db/x\n    port: 5433\n",
      message: "FILE:4: write.database.port = \"5433\": cannot be set together with write.database.url (FILE:3)"),
    Mistake(
      yaml: "write:\n  database:\n    url: postgres://me:secret@db/x\n",
      message:
        "FILE:3: write.database.url: has a password in it; use write.database.password_file, or set the URL as SLUICE_WRITE_DATABASE_URL"),
    Mistake(
      yaml: "kafka:\n  security:\n    protocol: sasl_ssl\n",
      message: "FILE:3: kafka.security.protocol = \"sasl_ssl\": needs kafka.security.sasl_mechanism, which is not set"),
    Mistake(
      yaml: "kafka:\n  extra:\n    group.id: x\n",
      message: "FILE:2: kafka.extra.group.id = \"x\": is set by Sluice itself and cannot be set here"),
    Mistake(
      yaml: "kafka:\n  security:\n    certificate_file: /a\n",
      message: "FILE:3: kafka.security.certificate_file = \"/a\": needs kafka.security.key_file, which is not set"),
  ])
  func crossChecksNameBothValues(_ mistake: Mistake) throws {
    #expect(try messages(mistake) == [mistake.message])
  }

  @Test func brokenYAMLNamesTheLine() throws {
    let found = try messages(Mistake(yaml: "syncer:\n  group: 'x\n", message: ""))
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("FILE:"))
    #expect(found[0].contains("the file is not YAML"))
    let twice = try messages(Mistake(yaml: "log:\n  level: info\n  level: debug\n", message: ""))
    #expect(twice.count == 1)
    #expect(twice[0].contains("stands twice: level"))
  }

  @Test func allProblemsAreReportedAtOnce() throws {
    let found = try messages(
      Mistake(yaml: "log:\n  level: loud\n  color: red\n", environment: ["SLUICE_UP_PARTITIONS": "-1"], flags: ["nonsense"], message: ""))
    #expect(found.count == 4)
  }

  @Test func controlCharactersDoNotReachTheTerminal() throws {
    let found = try messages(Mistake(flags: ["log.level=\u{1B}[31m\nx"], message: ""))
    #expect(found[0].contains("\\u{1B}[31m\\nx"))
    #expect(!found[0].contains("\n"))
  }

  @Test func aMissingFileIsAProblemWhenItWasNamed() {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationLoader.load(file: "/nonexistent/sluice.yaml", environment: [:])
    }
    #expect(error?.description == "/nonexistent/sluice.yaml:1: the configuration file does not exist")
    let byVariable = #expect(throws: ConfigurationError.self) {
      try ConfigurationLoader.load(environment: ["SLUICE_CONFIG": "/nonexistent/b.yaml"])
    }
    #expect(byVariable?.problems.count == 1)
  }

  private func messages(_ mistake: Mistake) throws -> [String] {
    try TemporaryFile.with(mistake.yaml) { path in
      do throws(ConfigurationError) {
        _ = try ConfigurationLoader.load(file: path, environment: mistake.environment, overrides: mistake.flags)
        return []
      } catch {
        return error.problems.map { $0.description.replacingOccurrences(of: path, with: "FILE") }
      }
    }
  }
}
