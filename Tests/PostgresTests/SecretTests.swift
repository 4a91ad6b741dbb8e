import Postgres
import Testing

@Suite struct SecretTests {
  @Test func printsNothing() throws {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), String(describing: Optional(secret)), dumped, "\([secret])"] {
      #expect(!text.contains("hunter2"))
    }
    #expect(secret.reveal() == "hunter2")
  }

  @Test func configurationsHideTheirPassword() throws {
    let configuration = try ConnectionConfiguration(url: "postgres://me:hunter2@db.example:6432/shop")
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!"\(configuration) \(String(reflecting: configuration)) \(dumped)".contains("hunter2"))
    #expect(configuration.password?.reveal() == "hunter2")
  }
}
