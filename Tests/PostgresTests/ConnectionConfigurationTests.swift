import Postgres
import Testing

@Suite struct ConnectionConfigurationTests {
  @Test func readsURLs() throws {
    let configuration = try ConnectionConfiguration(
      url: "postgresql://us%40er:p%3Aw@db.example:6432/shop?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3&application_name=x"
        + "&options=-c%20search_path%3Dshop&target_session_attrs=read-write")
    #expect(configuration.host == "db.example")
    #expect(configuration.port == 6432)
    #expect(configuration.user == "us@er")
    #expect(configuration.password?.reveal() == "p:w")
    #expect(configuration.database == "shop")
    #expect(configuration.tls.mode == .verifyFull)
    #expect(configuration.tls.rootCertificate == "/ca.pem")
    #expect(configuration.connectTimeout == .seconds(3))
    #expect(configuration.applicationName == "x")
    #expect(configuration.options == ["search_path": "shop"])
    #expect(configuration.parameters == ["target_session_attrs": "read-write"])
  }

  @Test func readsKeyValueTexts() throws {
    let configuration = try ConnectionConfiguration(url: "host=/run/postgresql user=me dbname='my db'")
    #expect(configuration.host == "/run/postgresql")
    #expect(configuration.port == 5432)
    #expect(configuration.user == "me")
    #expect(configuration.database == "my db")
    #expect(configuration.password == nil)
  }

  @Test func leavesDefaults() throws {
    let configuration = try ConnectionConfiguration(url: "postgres://")
    #expect(configuration.host == "localhost")
    #expect(configuration.user == "postgres")
    #expect(configuration.database == "postgres")
  }

  @Test(arguments: [
    "nonsense", "postgres://u:pass@h:notaport/d", "postgres://u:pass@h/d?nokey=1", "postgres://u@a,b/d", "postgres://u@h:70000/d",
    "host=h sslmode=maybe", "host=h connect_timeout=soon",
  ])
  func refusesWithoutRepeatingASecret(text: String) throws {
    do {
      _ = try ConnectionConfiguration(url: text)
      Issue.record("\(text) was taken")
    } catch let error as PostgresError {
      #expect(error.classification == .permanent)
      #expect(!String(reflecting: error).contains("pass@"))
    }
  }
}
