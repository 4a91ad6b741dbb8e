import Foundation

/// The least client there is: asks a broker of this machine for the metadata of one topic. It blocks, for two seconds at most.
public enum LoopbackClient {
  /// Whether somebody takes connections there.
  public static func isAnswering(port: Int) -> Bool {
    guard let descriptor = connect(port) else { return false }
    close(descriptor)
    return true
  }

  /// Whether the broker says that it leads all partitions of the topic.
  public static func leads(_ topic: String, port: Int) -> Bool {
    guard let descriptor = connect(port) else { return false }
    defer { close(descriptor) }
    // Metadata, version 1, correlation 1, no client ID, one topic.
    var request: [UInt8] = [0, 3, 0, 1, 0, 0, 0, 1, 0xFF, 0xFF, 0, 0, 0, 1, 0, UInt8(topic.utf8.count)]
    request += topic.utf8
    let frame = [0, 0, 0, UInt8(request.count)] + request
    guard send(descriptor, frame, frame.count, Int32(MSG_NOSIGNAL)) == frame.count else { return false }
    guard let size = read(4, descriptor)?.reduce(0, { $0 << 8 | Int($1) }), let answer = read(size, descriptor) else { return false }
    return MetadataAnswer(answer).leadsAll
  }

  private static func connect(_ port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  private static func read(_ count: Int, _ descriptor: Int32) -> [UInt8]? {
    guard count > 0, count < 1 << 20 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    return recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
  }
}
