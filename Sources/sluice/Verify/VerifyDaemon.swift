import Foundation
import HTTP
import Logging
import Metrics
import ReadModels
import Runtime
import ServiceLifecycle

/// Verification as a job that comes again and again, with its findings as metrics.
enum VerifyDaemon {
  static func run(_ configuration: Configuration, visit: VerifyVisit, interval: Duration, listen: String) async throws {
    guard let address = HostPort(listen) else {
      throw ConfigurationError(configuration.problem(Keys.Syncer.listen, "--listen \(listen): expected host:port"))
    }
    let daemon = try Daemon(name: "verify", configuration: configuration)
    let job = Job(configuration: configuration, visit: visit, interval: interval, logger: daemon.logger)
    try await daemon.run([.init("http", daemon.server(HTTPServerConfiguration(listen: address))), .init("verify", job)])
  }

  private struct Job: Service {
    let configuration: Configuration
    let visit: VerifyVisit
    let interval: Duration
    let logger: Logger

    func run() async throws {
      let failures = Counter(label: "sluice_verify_failures_total")
      await cancelWhenGracefulShutdown {
        while !Task.isCancelled {
          do {
            note(try await visit.run(configuration, logger: logger) { _, _ in })
          } catch is CancellationError {
            return
          } catch {
            failures.increment()
            logger.error("a verification failed; the next one comes in \(interval): \(Running.line(error))")
          }
          // Several installations that were started together do not ask together.
          let jitter = Double.random(in: 0.9...1.1)
          do { try await Task.sleep(for: interval * jitter) } catch { return }
        }
      }
    }

    private func note(_ report: VerifyReport) {
      for result in report.results {
        for (kind, count) in [("missing", result.missing), ("extra", result.extra), ("different", result.different)] {
          // What was mended is no drift any more.
          let left = result.repaired >= result.differences ? 0 : count
          Gauge(label: "sluice_drift_rows", dimensions: [("name", result.name), ("kind", kind)]).record(left)
        }
        Gauge(label: "sluice_verify_unsettled_rows", dimensions: [("name", result.name)]).record(result.unsettled)
        Counter(label: "sluice_verify_repaired_total", dimensions: [("name", result.name)]).increment(by: result.repaired)
        Counter(label: "sluice_verify_checked_total", dimensions: [("name", result.name)]).increment(by: result.checked)
      }
      Gauge(label: "sluice_verify_duration_seconds").record(report.seconds)
      Gauge(label: "sluice_verify_last_run_timestamp_seconds").record(Date().timeIntervalSince1970)
      for line in report.lines(isColored: false) { logger.notice("\(line)") }
    }
  }
}
