internal import ChangeEvents
internal import Postgres
internal import Syncer

/// # Fan-outs behind the batch
///
/// A change that reaches many documents (a brand is renamed) would hold all of them, and the batch with everything in it, for as long as
/// their recomputing takes. Above ``FanOutSettings/threshold`` the batch's transaction stores a ``FanOutTask`` instead and commits; a
/// ``FanOutWorker`` recomputes the documents in steps of their own transactions.
///
/// Claim: when a task is deleted, every document that its value leads to was recomputed by a statement that saw the change. Documents are
/// recomputed from the mirrors, in those parts that the value is shown in, so that it does no harm where one is newer already, or is recomputed
/// twice.
///
/// R is the transaction of the change (it writes the brand's row, then takes the exclusive lock of the brand's ID, as without a fan-out, then
/// stores the task); W a step of the walk, which begins after R has committed, since it has read the task; N any other transaction.
///
/// - **A newcomer.** N inserts a product of the brand, or moves one to it. N writes its row, then takes the shared lock of the brand's ID,
///   then recomputes its own document. If N has the lock first, R waits for N's commit: each W sees the product. If R has it first, N
///   recomputes after R's commit, with the new name; whether W comes by it or has passed its place does not matter.
/// - **A newcomer further on** (category -> subcategories -> products; the task stands before the first step, N inserts a product of a
///   subcategory). R has not locked the subcategory's ID. W does, as R would have: before it looks for the subcategory's products it takes
///   the exclusive lock of its ID. If N has it first, W sees the product; otherwise N recomputes after W's, and so after R's, commit.
/// - **A product leaves the brand** or is deleted. That is a change of a row: N recomputes its document. W may recompute it again.
/// - **The brand is renamed again** by R2 while the walk goes, at `cursor`. R2 stores nothing new but tells the task, which then goes on to the
///   end, begins again and ends at that place. If R2 commits between a step's reading and its moving of the cursor, the step sees another
///   `generation` when it has locked the task's row, and counts R2 as coming behind it. If R2 has the row locked at that moment, the step commits
///   its documents without moving the cursor, then moves it in a transaction of its own that may wait for R2, as it holds nothing else.
/// - **The brand is deleted** or truncated: a change like R2. Its tombstone leads to the documents, which forget the name.
/// - **A crash** before R's commit: neither change nor task. After it: the task is there for any member. Within a step: nothing of the step.
///   Between a step and the cursor's own transaction: the step is done again. With the last step the task goes, in one transaction.
///   Steps commit without waiting for the disk: a crash of PostgreSQL takes a step's documents and its cursor back together.
/// - **Two workers** take different tasks: a step claims its task by an advisory lock that it does not wait for, reads the task after it has
///   the claim, and holds the claim until it commits.
/// - **Locks.** A step waits for the locks of documents (and, with further steps, of values) in the order in which every batch takes
///   them, and never for a task's row while it holds them: batches, which hold task rows and wait for documents, cannot wait for it
///   crosswise.
extension DocumentProjection {
  /// Takes one step of a task, of `limit` documents at the most, in a transaction of its own.
  func step(_ name: FanOutTask.Name, path: FanOutPath, limit: Int, on connection: Connection) async throws -> FanOutStep {
    var late: (begun: FanOutTask, page: [String], isLast: Bool)?
    let step = try await connection.transaction { transaction in
      late = nil
      guard var task = try await claim(name, path, in: transaction) else { return FanOutStep.taken }
      let begun = task
      let (page, isLast) = try await page(of: task, path, limit: min(limit, lockLimit.value), in: transaction)
      let documents = try await recompute(page, behind: path, lsn: task.lsn, in: transaction)
      guard let row = try await transaction.query(fanOutStore.load(name, "FOR UPDATE SKIP LOCKED")).first else {
        late = (begun, page, isLast)
        return .stepped(documents: documents, isOver: false)
      }
      task = try FanOutStore.task(name, row)
      let isOver = try await move(task, page, isLast: isLast, begun: begun, in: transaction)
      return .stepped(documents: documents, isOver: isOver)
    }
    if let late {
      // What moved the cursor meanwhile was another worker's step, and this one's counts for nothing.
      try await connection.transaction { transaction in
        guard let row = try await transaction.query(fanOutStore.load(name, "FOR UPDATE")).first else { return }
        let task = try FanOutStore.task(name, row)
        guard task.cursor == late.begun.cursor else { return }
        _ = try await move(task, late.page, isLast: late.isLast, begun: late.begun, in: transaction)
      }
    }
    return step
  }

  /// Goes past the next value of a task whose step fails with this value alone: the value becomes a task of its own, to be tried again later.
  func setAside(_ name: FanOutTask.Name, path: FanOutPath, reason: String, on connection: Connection) async throws {
    try await connection.transaction { transaction in
      guard let begun = try await claim(name, path, in: transaction) else { return }
      guard let rest = path.rest else {
        _ = try await transaction.execute(fanOutStore.postpone(name, lsn: begun.lsn, reason: reason))
        return
      }
      let (page, isLast) = try await page(of: begun, path, limit: 1, in: transaction)
      let further = rest.hops.isEmpty ? FanOutPath.key(of: definition) : rest
      for value in page {
        let own = FanOutTask.Name(document: name.document, path: further.name, value: value)
        _ = try await transaction.execute(fanOutStore.postpone(own, lsn: begun.lsn, reason: reason))
      }
      guard let row = try await transaction.query(fanOutStore.load(name, "FOR UPDATE")).first else { return }
      _ = try await move(try FanOutStore.task(name, row), page, isLast: isLast, begun: begun, in: transaction)
    }
  }

  var fanOutStore: FanOutStore { FanOutStore(document: definition.location.qualifiedName) }

  /// The task, once nobody else has it; nil where somebody has, or where it is done.
  private func claim(_ name: FanOutTask.Name, _ path: FanOutPath, in transaction: Connection) async throws -> FanOutTask? {
    let results = try await transaction.pipeline([
      DocumentTableStore.prepareTransaction, FanOutStore.prepareStep(deadline: (fanOut ?? FanOutSettings()).stepDeadline),
      fanOutStore.claim(name), fanOutStore.load(name),
    ])
    let rows = try results.map { try $0.get() }
    guard try rows[2].single()[0, as: Bool.self], let row = rows[3].first else { return nil }
    var task = try FanOutStore.task(name, row)
    if task.remaining == nil, let hop = path.hops.first {
      task.remaining = try await transaction.query(try store.reached(by: hop, from: name.value, limit: FanOutStore.countLimit))
        .single()[0, as: Int64.self]
    }
    return task
  }

  private func page(
    of task: FanOutTask, _ path: FanOutPath, limit: Int, in transaction: Connection
  ) async throws -> (values: [String], isLast: Bool) {
    guard let hop = path.hops.first else { return ([task.name.value], true) }
    let query = try store.page(hop, from: task.name.value, after: task.cursor, through: task.bound, limit: limit)
    let values = try await transaction.query(query).map { try $0[0, as: String.self] }
    return (values, values.count < limit)
  }

  /// - Returns: how many documents were recomputed.
  private func recompute(_ page: [String], behind path: FanOutPath, lsn: Int64, in transaction: Connection) async throws -> Int {
    guard !page.isEmpty else { return 0 }
    var reached: TouchedValues = [:]
    for value in page { reached.touch(value, lsn: lsn) }
    guard let rest = path.rest, !rest.hops.isEmpty else {
      var keys: TouchedDocuments = [:]
      keys.touch(reached, parts: plan.parts(behind: path))
      try await recompute(keys, after: DocumentLocks(), in: transaction)
      return page.count
    }
    let walk = Walk(path: rest, reached: reached, parts: plan.parts(behind: path))
    var locks = DocumentLocks()
    locks.add(walk.edge.lockName, reached.keys, shared: walk.edge.nearIsShared)
    let (keys, further) = try await follow([walk], keys: [:], after: locks, in: transaction)
    try await recompute(keys, after: further, in: transaction)
    return keys.count
  }

  private func move(
    _ task: FanOutTask, _ page: [String], isLast: Bool, begun: FanOutTask, in transaction: Connection
  ) async throws -> Bool {
    var task = task
    if task.generation == begun.generation { task.remaining = begun.remaining }
    let isOver = task.stepped(page, isLast: isLast, begun: begun)
    try await transaction.execute(isOver ? fanOutStore.delete(task.name) : fanOutStore.save(task))
    return isOver
  }
}
