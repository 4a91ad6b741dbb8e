import ArgumentParser
import Commerce
import HTTP
import Postgres
import ReadModels
import Runtime
import ServiceLifecycle

/// `sluice query`: read models over HTTP.
struct QueryDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Answer queries from the read models: ETag, Last-Modified, and the position that an answer reflects.",
    discussion: """
      Serves the documents of the projections that syncer.projections declares, /v1/<table>, or those of the sample shop.

      EXAMPLES
        sluice query --config /etc/sluice/sluice.yaml
        curl -si localhost:8081/v1/products/7
        curl -s 'localhost:8081/v1/orders?status=paid&limit=20'
      """)

  @OptionGroup var options: InstallationOptions
  @Option(help: "Address and port (query.listen).") var listen: String?

  func run() async throws {
    try await Running.reporting("query") {
      let daemon = try Daemon(name: "query", configuration: options.load(listen.map { ["query.listen=\($0)"] } ?? []))
      let configuration = daemon.configuration
      let pool = try Databases.pool(configuration, Keys.Read.database, name: "sluice-query", logger: daemon.logger)
      daemon.checkDatabase("read-database", pool)
      var collections = try Projections.declared(configuration).declarations.map { declaration in
        DocumentCollection(declaration, from: DeclaredDocumentStore(declaration, pool: pool))
      }
      if !collections.contains(where: { $0.name == "orders" }) {
        collections.append(
          DocumentCollection("orders", from: DocumentStore(table: OrderHandler.table, pool: pool), filters: CommerceQueries.orderFilters))
      }
      let server = daemon.server(
        HTTPServerConfiguration(configuration, Keys.Query.http),
        [QueryRoutes(collections, limits: PageLimits(configuration), logger: daemon.logger)])
      try await daemon.run([.init("pool", PoolService(pool: pool)), .init("http", server)])
    }
  }
}
