import ChangeEvents
import Postgres
import ReadModels
import Syncer
import Testing

@testable import Commerce

/// The catalogue's declaration over real mirrors: whatever the order in which the topics arrive, the documents end up right.
struct ProductProjectionTests {
  /// The topics are read one after the other; the one that is read last finds all documents there and must touch those that show it.
  @Test(arguments: [
    "product-events", "shop.public.brands", "shop.public.sellers", "shop.public.categories", "shop.public.tags", "shop.public.options",
  ]) func eachTopicLast(_ last: String) async throws {
    try await replay { topics, _ in topics.firstIndex { $0.first?.topic != last } ?? 0 }
  }

  /// All topics at the same time, so that they end at about the same time.
  @Test(arguments: [1, 2, 3] as [UInt64]) func topicsMixed(_ seed: UInt64) async throws {
    try await replay(seed: seed) { topics, random in
      var place = random.integer(0...Int64(topics.reduce(0) { $0 + $1.count } - 1))
      for (index, topic) in topics.enumerated() {
        place -= Int64(topic.count)
        if place < 0 { return index }
      }
      return 0
    }
  }

  private func replay(
    seed: UInt64 = 1, _ pick: (_ topics: [[ChangeRecord]], _ random: inout SeededGenerator) -> Int
  ) async throws {
    try await ShopDatabase.withReadSide { shop, read in
      let size = CatalogueSize(products: 40, brands: 3, sellers: 3, categories: 4, tags: 5)
      let log = ChangeLog(shop: shop)
      try await log.install()
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: size).load(into: $0) }
      for step in Workload(clients: 1, commandsPerClient: 400, size: size, seed: seed).client(0) where !step.name.hasSuffix("-order") {
        _ = await shop.outcome(step.name, step.body, key: step.idempotencyKey)
      }

      var options = EncodingOptions()
      options.decimalHandling = .string
      let catalog = try await shop.pool.withConnection {
        try await MirrorCatalog.load(
          from: $0, tables: ProductDocuments.sourceTables.map { "public." + $0 }, namespace: MirrorNamespace(topicPrefix: "shop"))
      }
      let all = try MirrorSet(catalog.definitions, types: catalog.types, options: options)
      let definition = try #require(try await ProductDocuments.declarations.definitions(over: all, checkedOn: read).first)
      let mirrors = try all.serving([definition])
      let handlers: [any Handler] = [
        MirrorProjection(mirrors, logger: shop.logger), try DocumentProjection(definition, mirrors: mirrors, logger: shop.logger),
      ]
      for handler in handlers { try await handler.prepare(read) }

      var topics = try await log.topics()
      var random = SeededGenerator(seed: seed)
      while !topics.isEmpty {
        let index = pick(topics, &random)
        let batch = Array(topics[index].prefix(Int(random.integer(1...60))))
        topics[index].removeFirst(batch.count)
        if topics[index].isEmpty { topics.remove(at: index) }
        try await read.transaction { transaction in
          for handler in handlers { try await handler.apply(batch.filter { handler.accepts($0) }, in: transaction) }
        }
      }
      let report = try await shop.pool.withConnection { try await ProductComparison(pageSize: 16).run(write: $0, read: read) }
      #expect(report.differences == 0 && report.compared >= 40, "\(report)")
    }
  }
}
