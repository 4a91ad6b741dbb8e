/// A compaction was told to stop; nothing of the log has changed.
struct CleaningCancelled: Error {}
