import Logging

#if canImport(Glibc)
  import Glibc
#endif

/// Writes each event as one line, for people or as JSON.
struct LineLogHandler: LogHandler {
  let label: String
  let stream: LogStream
  let format: LogFormat
  let isColored: Bool
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let levels: LogLevels?
  private var ownLevel: Logger.Level

  init(
    label: String, stream: LogStream, format: LogFormat, isColored: Bool, level: Logger.Level, levels: LogLevels? = nil,
    provider: Logger.MetadataProvider?
  ) {
    self.label = label
    self.stream = stream
    self.format = format
    self.isColored = isColored
    self.levels = levels
    ownLevel = level
    levels?.note(label)
    self.metadataProvider = provider
  }

  /// What was set while the process runs goes before what the logger says.
  var logLevel: Logger.Level {
    get { levels?.level(of: label) ?? ownLevel }
    set { ownLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let more = event.metadata { all.merge(more) { _, new in new } }
    if let error = event.error { all["error"] = "\(error)" }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let time = CivilTime(secondsSince1970: now.tv_sec).rfc3339(fraction: CivilTime.padded(now.tv_nsec / 1_000_000, 3))
    let line =
      switch format {
      case .text:
        LogLine.text(time: time, level: event.level, label: label, message: event.message.description, metadata: all, isColored: isColored)
      case .json: LogLine.json(time: time, level: event.level, label: label, message: event.message.description, metadata: all)
      }
    stream.write(line + "\n")
  }
}
