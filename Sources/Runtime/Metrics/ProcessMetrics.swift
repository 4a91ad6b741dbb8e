import CoreMetrics
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// What the kernel knows of this process, under the names that Prometheus' own clients use.
/// Source: proc(5), https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
public enum ProcessMetrics {
  /// Adds `process_*` to a backend; they are read when it is scraped. Nothing is exposed where there is no /proc.
  public static func install(in metrics: PrometheusMetrics) {
    metrics.describe("process_cpu_seconds_total", help: "User and system time spent, in seconds.")
    metrics.describe("process_resident_memory_bytes", help: "Memory resident in RAM, in bytes.")
    metrics.describe("process_virtual_memory_bytes", help: "Virtual memory, in bytes.")
    metrics.describe("process_start_time_seconds", help: "When the process started, in seconds since 1970.")
    metrics.describe("process_open_fds", help: "Open file descriptors.")
    metrics.describe("process_max_fds", help: "The most file descriptors that may be open.")
    metrics.describe("process_threads", help: "Threads of the operating system.")
    metrics.onCollect("process") { [weak metrics] in
      guard let metrics, let sample = read() else { return }
      // The counter is set rather than incremented: the kernel does the counting.
      let cpu = metrics.makeFloatingPointCounter(label: "process_cpu_seconds_total", dimensions: [])
      cpu.reset()
      cpu.increment(by: sample.cpuSeconds)
      func gauge(_ name: String, _ value: Double) { metrics.makeMeter(label: name, dimensions: []).set(value) }
      gauge("process_resident_memory_bytes", sample.residentBytes)
      gauge("process_virtual_memory_bytes", sample.virtualBytes)
      gauge("process_threads", sample.threads)
      if let start = sample.startTime { gauge("process_start_time_seconds", start) }
      if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        gauge("process_open_fds", Double(files.count))
      }
      var limit = rlimit()
      if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { gauge("process_max_fds", Double(limit.rlim_cur)) }
    }
  }

  private struct Sample {
    var cpuSeconds: Double
    var residentBytes: Double
    var virtualBytes: Double
    var threads: Double
    var startTime: Double?
  }

  private static func read() -> Sample? {
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8), let close = stat.lastIndex(of: ")") else {
      return nil
    }
    // The program's name stands in parentheses and may hold anything; what follows the last one is numbers. Field 3 of proc(5) is first.
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    let page = Double(sysconf(Int32(_SC_PAGESIZE)))
    guard ticks > 0, let user = field(14), let system = field(15), let threads = field(20), let start = field(22), let virtual = field(23),
      let resident = field(24)
    else { return nil }
    return Sample(
      cpuSeconds: (user + system) / ticks, residentBytes: resident * page, virtualBytes: virtual, threads: threads,
      startTime: bootTime().map { $0 + start / ticks })
  }

  private static func bootTime() -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("btime ") { return Double(line.dropFirst(6)) }
    return nil
  }
}
