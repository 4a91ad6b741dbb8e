public import Postgres

/// Compares each order, folded from the event store by the database, with its stored document.
///
/// The fold is written again here, in SQL, and shares nothing with the handler's.
public struct OrderComparison: Sendable {
  private let pageSize: Int

  /// Compares in pages of so many orders.
  public init(pageSize: Int = 500) {
    self.pageSize = max(1, pageSize)
  }

  /// Runs the comparison; both sides must be at rest.
  public func run(write: Connection, read: Connection) async throws -> ComparisonReport {
    let comparison = DocumentComparison(
      page: { after, limit in
        """
        WITH page AS (
          SELECT aggregate_id COLLATE "C" AS id FROM sluice.events
          WHERE aggregate_type = 'order' AND version = 1 AND aggregate_id COLLATE "C" > \(after ?? "")
          ORDER BY 1 LIMIT \(Int64(limit))
        ), happened AS (
          SELECT e.aggregate_id AS id, e.version, e.type, e.payload AS data,
            to_char(timezone('UTC', e.created_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
          FROM page JOIN sluice.events e ON e.aggregate_id = page.id
        )
        SELECT placed.id AS key, jsonb_strip_nulls(jsonb_build_object(
          'orderId', placed.id, 'customerId', placed.data -> 'customerId', 'currency', placed.data -> 'currency',
          'total', placed.data -> 'total', 'lines', placed.data -> 'lines', 'placedAt', placed.at,
          'version', (SELECT max(version) FROM happened h WHERE h.id = placed.id),
          'status', CASE WHEN cancelled.id IS NOT NULL THEN 'cancelled' WHEN shipped.id IS NOT NULL THEN 'shipped'
            WHEN paid.id IS NOT NULL THEN 'paid' ELSE 'placed' END,
          'paidAt', paid.at, 'paymentMethod', paid.data -> 'method',
          'shippedAt', shipped.at, 'carrier', shipped.data -> 'carrier', 'trackingNumber', shipped.data -> 'trackingNumber',
          'cancelledAt', cancelled.at, 'cancellationReason', cancelled.data -> 'reason', 'refund', cancelled.data -> 'refund'
        ))::text AS body
        FROM happened placed
        LEFT JOIN happened paid ON paid.id = placed.id AND paid.type = 'OrderPaid'
        LEFT JOIN happened shipped ON shipped.id = placed.id AND shipped.type = 'OrderShipped'
        LEFT JOIN happened cancelled ON cancelled.id = placed.id AND cancelled.type = 'OrderCancelled'
        WHERE placed.type = 'OrderPlaced'
        ORDER BY placed.id COLLATE "C"
        """
      },
      documents: { after, upTo in
        """
        SELECT key, body::text AS body FROM public.orders
        WHERE body IS NOT NULL AND key COLLATE "C" > \(after ?? "") AND (\(bind: upTo.postgresBind)::text IS NULL OR key COLLATE "C" <= \(bind: upTo.postgresBind)::text)
        """
      },
      pageSize: pageSize)
    return try await comparison.run(write: write, read: read)
  }
}
