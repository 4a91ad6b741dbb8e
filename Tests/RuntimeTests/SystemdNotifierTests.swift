import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Runtime

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct SystemdNotifierTests {
  @Test func datagramsReachASocketInTheFileSystem() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sd-\(UUID().uuidString.prefix(8))").path
    let receiver = try DatagramReceiver(name: path)
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": path]))
    #expect(notifier.watchdogInterval == nil)
    #expect(notifier.ready())
    #expect(receiver.receive() == "READY=1")
    #expect(notifier.status("two\nlines"))
    #expect(receiver.receive() == "STATUS=two lines")
    #expect(notifier.stopping())
    #expect(receiver.receive() == "STOPPING=1")
  }

  @Test func datagramsReachAnAbstractSocket() throws {
    let name = "@sluice-test-\(UUID().uuidString)"
    let receiver = try DatagramReceiver(name: name)
    let notifier = try #require(
      SystemdNotifier(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "\(getpid())"]))
    #expect(notifier.watchdogInterval == .seconds(3))
    #expect(notifier.watchdog())
    #expect(receiver.receive() == "WATCHDOG=1")
  }

  @Test func withoutSystemdThereIsNoNotifier() {
    #expect(SystemdNotifier(environment: [:]) == nil)
    #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": "vsock:2:1"]) == nil)
    let gone = SystemdNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/socket"])
    #expect(gone?.ready() == false)
    let tooLong = SystemdNotifier(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)])
    #expect(tooLong?.ready() == false)
    let other = SystemdNotifier(environment: ["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"])
    #expect(other?.watchdogInterval == nil)
  }

  @Test func theWatchdogIsWithheldWithoutProgress() async throws {
    let name = "@sluice-test-\(UUID().uuidString)"
    let receiver = try DatagramReceiver(name: name)
    let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2000"])
    let (asked, ask) = AsyncStream<Int>.makeStream()
    let count = Atomic<Int>(0)
    let service = try #require(
      WatchdogService(notifier: notifier, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })) {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        ask.yield(number)
        return number <= 2
      })
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await service.run() }
      for await number in asked where number >= 5 { break }
      group.cancelAll()
    }
    #expect(receiver.receive() == "WATCHDOG=1")
    #expect(receiver.receive() == "WATCHDOG=1")
    #expect(receiver.receive(wait: false) == nil)
  }
}

/// The other end, as systemd has it.
private final class DatagramReceiver {
  private let descriptor: Int32
  private let path: String?

  init(name: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    path = name.hasPrefix("@") ? nil : name
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(result == 0)
    var timeout = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(descriptor)
    if let path { unlink(path) }
  }

  func receive(wait: Bool = true) -> String? {
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = recv(descriptor, &buffer, buffer.count, wait ? 0 : Int32(MSG_DONTWAIT))
    return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
