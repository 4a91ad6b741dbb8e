import Foundation
import Runtime

/// `sluice capture --worker` with Kafka Connect's REST API at a port of its own.
struct ConnectWorker: Sendable {
  let port: Int
  let run: ProgramRun

  /// Starts it over the installation's folder of definitions; does not wait.
  init(_ installation: Installation) throws {
    port = try LoopbackPort.free()
    run = try installation.sluice([
      "capture", "--worker", "--set", "capture.listen=127.0.0.1:\(port)", "--set",
      "capture.connectors_folder=\(installation.folder.appendingPathComponent("connectors").path)",
    ])
  }

  /// Tables as `connectors/*.json` expect them; only what the files name.
  static let shop = """
    CREATE SCHEMA sluice;
    CREATE TABLE sluice.outbox (
      id uuid PRIMARY KEY, aggregatetype text NOT NULL, aggregateid text NOT NULL, type text NOT NULL, version bigint NOT NULL, payload jsonb);
    CREATE TABLE brands (id int PRIMARY KEY);
    CREATE TABLE categories (id int PRIMARY KEY);
    CREATE TABLE sellers (id int PRIMARY KEY);
    CREATE TABLE tags (id int PRIMARY KEY);
    CREATE TABLE options (id int PRIMARY KEY, group_id int NOT NULL);
    CREATE TABLE products (id int PRIMARY KEY);
    CREATE TABLE product_prices (id int PRIMARY KEY, product_id int NOT NULL);
    CREATE TABLE product_categories (id int PRIMARY KEY, product_id int NOT NULL);
    CREATE TABLE product_tags (id int PRIMARY KEY, product_id int NOT NULL);
    CREATE TABLE reviews (id int PRIMARY KEY, product_id int NOT NULL);
    CREATE TABLE option_groups (id int PRIMARY KEY, product_id int NOT NULL);
    ALTER TABLE options REPLICA IDENTITY FULL;
    ALTER TABLE product_prices REPLICA IDENTITY FULL;
    ALTER TABLE product_categories REPLICA IDENTITY FULL;
    ALTER TABLE product_tags REPLICA IDENTITY FULL;
    ALTER TABLE reviews REPLICA IDENTITY FULL;
    ALTER TABLE option_groups REPLICA IDENTITY FULL;
    """

  /// A Python with PyPI's kafka-connect-py: the one of `make test-clients`, or `SLUICE_TEST_CONNECT_PYTHON`.
  static var clientPython: String? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardizedFileURL
    let candidates: [String?] = [
      ProcessInfo.processInfo.environment["SLUICE_TEST_CONNECT_PYTHON"], root.appendingPathComponent(".build/clients/venv/bin/python").path,
    ]
    return candidates.compactMap { $0 }.first { python in
      let lib = URL(fileURLWithPath: python).deletingLastPathComponent().appendingPathComponent("../lib").standardizedFileURL
      let versions = (try? FileManager.default.contentsOfDirectory(atPath: lib.path)) ?? []
      return versions.contains {
        FileManager.default.fileExists(atPath: lib.appendingPathComponent("\($0)/site-packages/kafka_connect").path)
      }
    }
  }
}
