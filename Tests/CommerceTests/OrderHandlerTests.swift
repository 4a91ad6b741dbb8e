import Commands
import Commerce
import Kafka
import Postgres
import ReadModels
import Syncer
import Testing

struct OrderHandlerTests {
  private func record(_ value: String?, offset: Int64 = 0, topic: String = OrderHandler.defaultTopic) -> ChangeRecord {
    ChangeRecord(
      parsing: ConsumerRecord(
        topic: topic, partition: 0, offset: offset, timestamp: 0, timestampType: .createTime, key: nil, value: value.map { Array($0.utf8) },
        headers: []))
  }

  private func apply(_ values: [String], to read: Connection, with handler: OrderHandler) async throws {
    try await read.transaction { transaction in
      try await handler.apply(values.enumerated().map { record($1, offset: Int64($0)) }, in: transaction)
    }
  }

  private func status(_ id: String, on read: Connection) async throws -> String? {
    let rows = try await read.query("SELECT version::text || ' ' || (body->>'status') AS status FROM public.orders WHERE key = \(id)")
    return try rows.first?["status", as: String.self]
  }

  private func waiting(on read: Connection) async throws -> Int64 {
    try await read.query("SELECT count(*) FROM public.orders_waiting").single()[0, as: Int64.self]
  }

  @Test func acceptsItsTopicAlone() async throws {
    try await ShopDatabase.run { shop in
      let handler = OrderHandler(logger: shop.logger)
      #expect(handler.accepts(record("{}")) && handler.accepts(record(nil)))
      #expect(!handler.accepts(record("{}", topic: "product-events")))
      _ = try await shop.number("SELECT 1")
    }
  }

  @Test func anotherVersionIsWrittenBesideTheLiveOneAndOneOrderIsForgottenAlone() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      let projection = OrderHandler.projection(logger: shop.logger)
      let version = ReadModelVersion(projection: projection.name, number: 2)
      let live = OrderHandler(logger: shop.logger)
      try await live.prepare(read)
      let a = SampleOrder(id: "a").texts
      let b = SampleOrder(id: "b").texts
      try await apply([a[0], b[0]], to: read, with: live)
      for handler in try projection.handlers(version) {
        #expect(handler.name == "order@v2")
        try await handler.prepare(read)
        try await read.transaction { transaction in
          try await handler.apply((a + [b[2]]).enumerated().map { record($1, offset: Int64($0)) }, in: transaction)
        }
      }
      #expect(try await status("a", on: read) == "1 placed")
      let other = try await read.query(
        "SELECT key, version::text, (SELECT count(*)::text FROM public__order_v2.orders_waiting) FROM public__order_v2.orders"
      ).map { try [$0[0, as: String.self], $0[1, as: String.self], $0[2, as: String.self]] }
      #expect(other == [["a", "3", "1"]])

      let makeKey = try #require(projection.key)
      let key = try makeKey(nil, ["b"])
      #expect(key.isAbout(record(b[1])) && !key.isAbout(record(a[1])) && !key.isAbout(record(b[1], topic: "product-events")))
      try await read.transaction { try await key.forget($0) }
      #expect(try await status("b", on: read) == nil)
      #expect(try await status("a", on: read) == "1 placed")
    }
  }

  @Test func duplicatesGapsAndOtherOrders() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      let handler = OrderHandler(logger: shop.logger)
      try await handler.prepare(read)
      try await handler.prepare(read)
      let a = SampleOrder(id: "a").texts
      let b = SampleOrder(id: "b").texts
      try await apply([a[0], b[2], a[0]], to: read, with: handler)
      #expect(try await status("a", on: read) == "1 placed")
      #expect(try await status("b", on: read) == nil)
      #expect(try await waiting(on: read) == 1)
      // The same batch once more, as after a crash.
      try await apply([a[0], b[2], a[0]], to: read, with: handler)
      #expect(try await waiting(on: read) == 1)
      try await apply([a[1], a[2], b[0]], to: read, with: handler)
      #expect(try await status("a", on: read) == "3 shipped")
      #expect(try await status("b", on: read) == "1 placed")
      try await apply([b[1]], to: read, with: handler)
      #expect(try await status("b", on: read) == "3 shipped")
      #expect(try await waiting(on: read) == 0)
      // Everything again changes nothing.
      let before = try await read.query("SELECT md5(string_agg(o::text, ',' ORDER BY key)) FROM public.orders o").single()[
        0, as: String.self]
      try await apply(a + b, to: read, with: handler)
      let after = try await read.query("SELECT md5(string_agg(o::text, ',' ORDER BY key)) FROM public.orders o").single()[
        0, as: String.self]
      #expect(before == after)
    }
  }

  @Test func aRecordThatIsNoEventIsNamed() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      let handler = OrderHandler(logger: shop.logger)
      try await handler.prepare(read)
      let good = SampleOrder(id: "a").texts[0]
      let error = try await #require(throws: RecordFailure.self) { try await apply([good, "{}"], to: read, with: handler) }
      #expect(error.index == 1)
      #expect(try await status("a", on: read) == nil)
    }
  }

  @Test func ordersEqualTheFoldOfTheirEvents() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      let handler = OrderHandler(logger: shop.logger)
      try await handler.prepare(read)
      let size = CatalogueSize(products: 10, brands: 2, sellers: 2, categories: 2, tags: 2)
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: size).load(into: $0) }
      for step in Workload(clients: 1, commandsPerClient: 250, size: size, seed: 3).client(0) {
        _ = await shop.outcome(step.name, step.body, key: step.idempotencyKey, expectedVersion: step.expectedVersion)
      }
      let rows = try await shop.pool.query("SELECT sluice.event_message(e)::text AS message FROM sluice.events e ORDER BY position")
      let messages = try rows.map { try $0["message", as: String.self] }
      #expect(messages.count > 50)
      for start in stride(from: 0, to: messages.count, by: 13) {
        try await apply(Array(messages[start..<min(start + 13, messages.count)]), to: read, with: handler)
      }
      let comparison = OrderComparison(pageSize: 7)
      let report = try await shop.pool.withConnection { try await comparison.run(write: $0, read: read) }
      #expect(report.differences == 0 && report.compared > 20, "\(report)")

      // The position that a receipt names is reached by the document.
      let receipt = try await shop.send(
        "place-order",
        #"{"orderId":"last","customerId":"c","currency":"EUR","lines":[{"productId":1,"quantity":1,"unitPrice":"1"}],"total":"1"}"#)
      let behind = try await shop.pool.withConnection { try await comparison.run(write: $0, read: read) }
      #expect(behind.samples.map(\.description) == ["last: missing"])
      let message = try await shop.pool.query("SELECT sluice.event_message(e)::text AS m FROM sluice.events e WHERE aggregate_id = 'last'")
      try await apply([try message.single()["m", as: String.self]], to: read, with: handler)
      let lsn = try await read.query("SELECT lsn FROM public.orders WHERE key = 'last'").single()[0, as: Int64.self]
      #expect(UInt64(lsn) == LSN(receipt.position)?.rawValue)
    }
  }
}
