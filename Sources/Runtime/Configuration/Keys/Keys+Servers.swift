extension Keys {
  /// `command.*`: the daemon that takes commands.
  public enum Command {
    /// The server's keys.
    public static let http = HTTPKeys(section: "command", port: 8080, label: "the command daemon", maxBody: .mebibytes(1))
    /// `command.start_timeout`.
    public static let startTimeout = ConfigurationKey<Duration>(
      "command.start_timeout", .duration(.seconds(1)...(.seconds(3600))), default: .seconds(30),
      "How long the write database may take to answer at the start before the daemon gives up.")
    static let all: [any ConfigurationDeclaration] = http.all + [startTimeout]
  }

  /// `query.*`: the daemon that answers from read models.
  public enum Query {
    /// The server's keys.
    public static let http = HTTPKeys(section: "query", port: 8081, label: "the query daemon", maxBody: .kibibytes(16))
    /// `query.default_page_size`.
    public static let defaultPageSize = ConfigurationKey<Int>(
      "query.default_page_size", .integer(1...1000), default: 50, "How many documents a list holds when the request does not say.")
    /// `query.max_page_size`.
    public static let maxPageSize = ConfigurationKey<Int>(
      "query.max_page_size", .integer(1...1000), default: 500, "The most documents that one request may ask for.")
    static let all: [any ConfigurationDeclaration] = http.all + [defaultPageSize, maxPageSize]
  }

  /// `capture.*`: the daemon that reads the WAL.
  public enum Capture {
    /// `capture.listen`.
    public static let listen = ConfigurationKey<HostPort>(
      "capture.listen", .address, default: HostPort(host: "127.0.0.1", port: 8083),
      "Where the capture daemon serves Kafka Connect's REST API, metrics and health.")
    /// `capture.connectors`.
    public static let connectors = ConfigurationKey<[String]>(
      "capture.connectors", .paths, default: [],
      "Connector files to run, Debezium's JSON; `--connector` on the command line takes their place.")
    /// `capture.offsets_folder`.
    public static let offsetsFolder = ConfigurationKey<String>(
      "capture.offsets_folder", .path, default: ".sluice/offsets",
      "Where connectors that name no offset.storage of their own remember their positions, a file each.")
    /// `capture.start_timeout`.
    public static let startTimeout = ConfigurationKey<Duration>(
      "capture.start_timeout", .duration(.seconds(1)...(.seconds(3600))), default: .seconds(30),
      "How long Kafka and the source database may take to answer at the start before the daemon gives up.")
    /// `capture.standby`.
    public static let standby = ConfigurationKey<Bool>(
      "capture.standby", .boolean, default: false,
      "Wait, for as long as it takes, while another process reads a connector's slot, and take over when it ends; else that is an error.")
    /// `capture.worker`.
    public static let worker = ConfigurationKey<Bool>(
      "capture.worker", .boolean, default: false,
      """
      Manage connectors by Kafka Connect's REST API: they are made, changed and deleted by requests, their definitions survive a restart, and \
      one that fails leaves the others alone. Else the connector files that were given are all there is, and the daemon ends with them.
      """)
    /// `capture.connectors_folder`.
    public static let connectorsFolder = ConfigurationKey<String>(
      "capture.connectors_folder", .path, default: ".sluice/connectors",
      "Where `capture.worker` keeps the connectors' definitions, a file each, readable by their owner alone: there may be passwords.")
    static let all: [any ConfigurationDeclaration] = [
      listen, connectors, offsetsFolder, startTimeout, standby, worker, connectorsFolder,
    ]
  }
}
