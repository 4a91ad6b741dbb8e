internal import CLibPQ

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Session {
  /// The same with the settings for `plans` between the statements.
  func runPipeline(
    _ queries: [Query], plans: Plans, format: ValueFormat, _ control: JobControl
  ) throws -> [Result<ResultHandle, PostgresError>] {
    let sent = plans.arranged(queries)
    let results = try runPipeline(sent.map(\.query), format: format, control)
    var refusal: Result<ResultHandle, PostgresError>?
    var answers: [Result<ResultHandle, PostgresError>] = []
    for (result, statement) in zip(results, sent) {
      if statement.isAsked {
        answers.append(refusal ?? result)
        refusal = nil
      } else if case .failure(let error) = result, error.origin != .abortedPipeline {
        // Where a setting itself is refused, that is why the statement behind it was not run.
        refusal = result
      }
    }
    // Behind the last statement: the transaction has failed with all that is in it.
    if let refusal, !answers.isEmpty { answers[answers.count - 1] = refusal }
    return answers
  }

  /// Sends all statements at once and reads their answers, one for each. Source: PostgreSQL documentation, "Pipeline Mode" in the chapter on libpq.
  func runPipeline(
    _ queries: [Query], format: ValueFormat, _ control: JobControl
  ) throws -> [Result<ResultHandle, PostgresError>] {
    let connection = try ready(control)
    // Checked before the first is sent: an error of ours in the middle would leave half a pipeline on the wire.
    for query in queries { try validate(query, control) }
    guard PQenterPipelineMode(connection) == 1 else { throw failure(control) }
    do {
      let preparations = try queries.map { try sendPrepared($0, format: format, connection, control) }
      guard PQpipelineSync(connection) == 1 else { throw failure(control) }
      try flush(connection, control)
      let answers = try collectPipeline(count: queries.count + preparations.count { $0 != nil }, connection, control)
      let results = settle(answers, preparations)
      guard PQexitPipelineMode(connection) == 1 else { throw failure(control) }
      let cancelled = results.contains { if case .failure(let error) = $0 { error.origin == .server } else { false } }
      try endOfWork(error: cancelled ? firstServerError(results, control) : nil, control)
      return results
    } catch {
      // Whatever is still on its way would be taken for the answer to the next query.
      if let open = self.connection, PQpipelineStatus(open) != PQ_PIPELINE_OFF { close() }
      throw error
    }
  }

  /// Hands a statement to libpq, by its name where it has one. Returns what is prepared before it, and has an answer of its own.
  private func sendPrepared(
    _ query: Query, format: ValueFormat, _ connection: OpaquePointer, _ control: JobControl
  ) throws -> PreparedStatements.Identity? {
    guard query.isPrepared else {
      try send(query, format: format, connection, control)
      return nil
    }
    let statement = PreparedStatements.Identity(sql: query.sql, types: query.binds.map(\.type))
    if let name = prepared.name(of: statement) {
      try send(query, name: name, format: format, connection, control)
      return nil
    }
    guard let name = prepared.prepare(statement) else {
      try send(query, format: format, connection, control)
      return nil
    }
    guard PQsendPrepare(connection, name, statement.sql, Int32(statement.types.count), statement.types.map { Oid($0) }) == 1 else {
      throw failure(control)
    }
    try send(query, name: name, format: format, connection, control)
    return statement
  }

  /// One result for each query: a preparation that failed speaks for the query behind it, which was not run.
  private func settle(
    _ answers: [Result<ResultHandle, PostgresError>], _ preparations: [PreparedStatements.Identity?]
  ) -> [Result<ResultHandle, PostgresError>] {
    var rest = answers[...]
    return preparations.map { preparation in
      var failed: Result<ResultHandle, PostgresError>?
      if let preparation, let answer = rest.popFirst(), case .failure = answer {
        prepared.refused(preparation)
        failed = answer
      }
      let answer =
        rest.popFirst() ?? .failure(PostgresError(origin: .abortedPipeline, operation: .pipeline, message: "the server gave no answer"))
      if case .failure(let error) = failed ?? answer { prepared.failed(with: error.sqlState) }
      return failed ?? answer
    }
  }

  /// Only a cancelled pipeline throws as a whole; any other error stands at its query's place in the results.
  private func firstServerError(_ results: [Result<ResultHandle, PostgresError>], _ control: JobControl) -> PostgresError? {
    guard control.isCancelled || control.isPastDeadline else { return nil }
    for case .failure(let error) in results where error.sqlState == .queryCanceled { return error }
    return nil
  }

  private func collectPipeline(
    count: Int, _ connection: OpaquePointer, _ control: JobControl
  ) throws -> [Result<ResultHandle, PostgresError>] {
    var results: [Result<ResultHandle, PostgresError>] = []
    results.reserveCapacity(count)
    // libpq gives NULL after each statement's results; the sync result comes after the last of these.
    var emptyAnswers = 0
    while true {
      guard let result = try nextResult(connection, control) else {
        emptyAnswers += 1
        if PQstatus(connection) == CONNECTION_BAD { throw failure(control) }
        if emptyAnswers > 2 { throw PostgresError.connection("the server ended a pipeline too early", operation: control.operation) }
        continue
      }
      emptyAnswers = 0
      switch PQresultStatus(result) {
      case PGRES_PIPELINE_SYNC:
        PQclear(result)
        guard results.count == count else {
          throw PostgresError.connection("the server answered \(results.count) of \(count) statements", operation: control.operation)
        }
        return results
      case PGRES_PIPELINE_ABORTED:
        PQclear(result)
        results.append(
          .failure(
            PostgresError(
              origin: .abortedPipeline, operation: control.operation,
              message: "not run, because an earlier statement of the pipeline failed")))
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
        results.append(.success(ResultHandle(adopting: result)))
      default:
        let error = PostgresError(result: result, operation: control.operation)
        PQclear(result)
        if error.origin == .connection || error.isFatal {
          close()
          throw error
        }
        results.append(.failure(error))
      }
    }
  }
}
