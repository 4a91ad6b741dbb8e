import ArgumentParser

/// `sluice dlq`: what was dead-lettered, and what becomes of it.
struct DLQCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dlq", abstract: "List, show, retry, edit, discard and export dead letters.",
    discussion: """
      Reads the topics that end with syncer.dead_letter.suffix (.dlq), or others that --topic names: letters of a syncer, of Kafka Connect and of
      Spring. A letter whose key is parked holds up the later records of that key: retry then lets the owner of the partition apply the queue in
      order. Any other record is written to the topic that it came from again.

      retry, edit and discard only tell what they would do; --execute does it. What was done is kept in the read database
      (sluice_dead_letters, sluice_parking_audit): no letter is replayed twice, and what was killed goes on where it was.

      EXAMPLES
        sluice dlq                                                  what there is
        sluice dlq list --by topic,class,handler
        sluice dlq show shop.public.orders.dlq:0:15
        sluice dlq retry --topic shop.public.orders --class 23503 --reason "the brand is there now" --execute --wait 30
        sluice dlq edit shop.public.orders.dlq:0:15 --file mended.json --reason "price was NaN" --retry --execute
        sluice dlq discard --topic shop.public.orders --before 2026-03-01 --reason "shop was closed" --execute
        sluice dlq export > letters.jsonl

      EXIT CODES
        0 done, or shown; 1 failed or refused; 2 keys failed again with retry --wait; 64 wrong usage, 78 wrong configuration
      """,
    subcommands: [DLQList.self, DLQShow.self, DLQRetry.self, DLQEdit.self, DLQDiscard.self, DLQExport.self],
    defaultSubcommand: DLQList.self)
}
