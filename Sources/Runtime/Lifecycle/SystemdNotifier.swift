import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Tells systemd how a service of `Type=notify` is doing, by datagrams to the socket that `NOTIFY_SOCKET` names.
/// Protocol: sd_notify(3). Safe from any thread; each call is one datagram.
public struct SystemdNotifier: Sendable {
  /// How often systemd wants a sign of life at the least; nil when it watches nothing.
  public let watchdogInterval: Duration?
  private let address: String

  /// Nil when the process was not started by systemd with `Type=notify`.
  /// - Parameter environment: usually `ProcessInfo.processInfo.environment`; the watchdog counts only when `WATCHDOG_PID` is this process or unset.
  public init?(environment: [String: String]) {
    guard let address = environment["NOTIFY_SOCKET"], address.hasPrefix("/") || address.hasPrefix("@"), address.utf8.count > 1 else {
      return nil
    }
    self.address = address
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    watchdogInterval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { isForUs && $0 > 0 ? .microseconds($0) : nil }
  }

  /// The service is up.
  @discardableResult public func ready() -> Bool { notify("READY=1") }
  /// The service has begun to stop.
  @discardableResult public func stopping() -> Bool { notify("STOPPING=1") }
  /// A line for `systemctl status`.
  @discardableResult public func status(_ text: String) -> Bool {
    notify("STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
  /// A sign of life.
  @discardableResult public func watchdog() -> Bool { notify("WATCHDOG=1") }
  /// More time to start or stop, from now.
  @discardableResult public func extendTimeout(by duration: Duration) -> Bool {
    notify("EXTEND_TIMEOUT_USEC=\(duration.wholeNanoseconds / 1000)")
  }

  /// Sends assignments, one a line.
  /// - Returns: false when the datagram could not be sent; there is nothing that a service should do about it.
  public func notify(_ state: String) -> Bool {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { Glibc.close(socket) }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    var path = Array(address.utf8)
    // '@' stands for the NUL that begins a name in the abstract namespace; such a name is as long as it is said to be, without a NUL at its end.
    let isAbstract = path[0] == UInt8(ascii: "@")
    if isAbstract { path[0] = 0 }
    let capacity = MemoryLayout.size(ofValue: target.sun_path)
    guard path.count < capacity else { return false }
    withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path) }
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let length = socklen_t(offset + path.count + (isAbstract ? 0 : 1))
    let bytes = Array(state.utf8)
    let sent = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
    return sent == bytes.count
  }
}
