#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A detached POSIX thread, for work that blocks.
final class NativeThread: Sendable {
  private let run: @Sendable () -> Void

  private init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }

  /// Starts a thread that runs the closure and ends.
  static func start(_ run: @escaping @Sendable () -> Void) throws {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 1 << 20)
    // SAFETY: the retained reference is taken over by the first line of the thread; where no thread was made, it is released below.
    let retained = Unmanaged.passRetained(NativeThread(run))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<NativeThread>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, retained.toOpaque())
    guard result == 0 else {
      retained.release()
      throw PostgresError.misuse("no thread for a connection could be started (error \(result))", operation: .connect)
    }
  }
}
