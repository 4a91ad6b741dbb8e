internal import Foundation

/// Ports of 127.0.0.1.
public enum LoopbackPort {
  /// One that nobody uses at this moment; somebody else can take it in the next.
  ///
  /// - Throws: ``LocalPostgresError`` where there is none.
  public static func free() throws -> Int {
    guard let port = bound(to: 0) else { throw LocalPostgresError("no free port on 127.0.0.1") }
    return port
  }

  static func isFree(_ port: Int) -> Bool {
    bound(to: port) != nil
  }

  private static func bound(to port: Int) -> Int? {
    #if os(Linux)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var reuse: Int32 = 1
    // As PostgreSQL does: connections of an earlier server that are still winding down do not count.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    return result == 0 ? Int(in_port_t(bigEndian: address.sin_port)) : nil
  }
}
