import Postgres
import TestSupport
import Testing

@Suite struct ListenTests {
  @Test func notificationsArriveWhileNothingElseHappens() async throws {
    try await withTestDatabase { configuration in
      let listener = try await Connection.connect(configuration, logger: testLogger())
      let sender = try await Connection.connect(configuration, logger: testLogger())
      let notifications = try await listener.listen("Odd \"channel")
      try await sender.transaction { transaction in
        for payload in ["one", "", "three"] { try await transaction.execute("SELECT pg_notify('Odd \"channel', \(payload))") }
      }
      var received: [PostgresNotification] = []
      for try await notification in notifications {
        received.append(notification)
        if received.count == 3 { break }
      }
      #expect(received.map(\.payload) == ["one", "", "three"])
      #expect(received.allSatisfy { $0.backendPID == sender.backendPID && $0.channel == "Odd \"channel" })
      await listener.close()
      await sender.close()
    }
  }

  @Test func theSequenceEndsWithTheConnection() async throws {
    try await withTestDatabase { configuration in
      let listener = try await Connection.connect(configuration, logger: testLogger())
      let sender = try await Connection.connect(configuration, logger: testLogger())
      let notifications = try await listener.listen("c")
      try await sender.execute("SELECT pg_terminate_backend(\(listener.backendPID)::int)")
      let error = try await postgresError { for try await _ in notifications {} }
      #expect(error.classification == .connection)
      await sender.close()
    }
  }
}
