import Postgres

/// A table with a column of each type that something can be wrong with.
struct GoodsTable: Sendable {
  static let name = "goods"

  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func create() async throws {
    try await connection.executeScript(
      """
      CREATE TABLE goods (
        id bigint PRIMARY KEY, code varchar(12) NOT NULL, name text NOT NULL, price numeric(12,2) NOT NULL, quantity integer NOT NULL,
        rank smallint, is_listed boolean NOT NULL, tag uuid NOT NULL, made_on date NOT NULL, changed_at timestamptz NOT NULL, details jsonb);
      CREATE PROCEDURE insert_goods(count bigint, step bigint) LANGUAGE plpgsql AS $$
      BEGIN
        FOR base IN 1..count BY step LOOP
          INSERT INTO goods SELECT i, 'G-' || i, 'Goods ' || i, (i % 100000)::numeric / 100, i % 1000, i % 100, i % 2 = 0,
            md5(i::text)::uuid, date '2024-01-01' + (i % 1000)::integer, timestamptz '2024-06-01 12:00:00+00' + i * interval '1 second',
            jsonb_build_object('colour', 'red', 'number', i)
          FROM generate_series(base, least(base + step - 1, count)) AS i;
          COMMIT;
        END LOOP;
      END $$
      """)
  }

  func insert(_ count: Int) async throws { try await connection.executeScript("CALL insert_goods(\(count), 1000)") }
}
