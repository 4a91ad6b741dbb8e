extension Keys {
  /// `kafka.*`: how to reach the brokers.
  public enum Kafka {
    /// `kafka.bootstrap_servers`.
    public static let bootstrapServers = ConfigurationKey<String>(
      "kafka.bootstrap_servers", .brokers, default: "127.0.0.1:9092", "Brokers to ask for the cluster's layout; any of them is enough.")
    /// `kafka.client_id`.
    public static let clientID = ConfigurationKey<String>(
      "kafka.client_id", .text, default: "sluice", "The name under which brokers log and meter this process.")
    /// `kafka.security.protocol`.
    public static let securityProtocol = ConfigurationKey<KafkaSecurityProtocol>(
      "kafka.security.protocol", .choice, default: .plaintext, "How connections to brokers are secured.")
    /// `kafka.security.ca_file`.
    public static let caFile = ConfigurationKey<String?>(
      "kafka.security.ca_file", optional: .path, defaultNote: "the system's",
      "Certificates of the authorities that brokers are checked against, PEM.")
    /// `kafka.security.certificate_file`.
    public static let certificateFile = ConfigurationKey<String?>(
      "kafka.security.certificate_file", optional: .path, "This client's certificate, PEM, for brokers that ask for one.")
    /// `kafka.security.key_file`.
    public static let keyFile = ConfigurationKey<String?>(
      "kafka.security.key_file", optional: .path, "The private key of certificate_file, PEM.")
    /// `kafka.security.sasl_mechanism`.
    public static let saslMechanism = ConfigurationKey<KafkaSASLMechanism?>(
      "kafka.security.sasl_mechanism", optional: .choice, "How to log in to brokers with sasl_plaintext or sasl_ssl.")
    /// `kafka.security.username`.
    public static let username = ConfigurationKey<String?>("kafka.security.username", optional: .text, "The user's name for SASL.")
    /// `kafka.security.password`.
    public static let password = ConfigurationKey<String?>(
      "kafka.security.password", optional: .secret, "The password for SASL; from the environment only.")
    /// `kafka.security.password_file`.
    public static let passwordFile = ConfigurationKey<String?>(
      "kafka.security.password_file", optional: .path, "A file with the password for SASL; a final line break is ignored.")
    /// `kafka.extra`.
    public static let extra = ConfigurationKey<[String: String]>(
      "kafka.extra", .map, default: [:],
      "Any configuration of librdkafka by its own name, for every client, such as socket.timeout.ms. Checked when the client is made.")

    static let all: [any ConfigurationDeclaration] = [
      bootstrapServers, clientID, securityProtocol, caFile, certificateFile, keyFile, saslMechanism, username, password, passwordFile,
      extra,
    ]
  }
}
