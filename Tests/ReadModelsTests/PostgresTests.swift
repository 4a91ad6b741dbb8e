import Testing

/// The tests on a real server: one after the other, because each has a database of its own and some need half a dozen connections.
@Suite(.serialized) struct OnPostgres {}
