#if canImport(Glibc)
  import Glibc
#endif

/// glibc's heap: by default it opens one for nearly every thread.
///
/// Records are made on one thread and freed on another (librdkafka's), so that each of those heaps keeps the peak of its own and little of it
/// comes back: two of them hold tens of megabytes less than eight.
public enum HeapArenas {
  /// Allows at most `count` heaps; to be called before threads are made. `MALLOC_ARENA_MAX` in the environment has the last word. Nothing happens
  /// with another C library.
  public static func limit(to count: Int32) {
    #if canImport(Glibc)
      guard getenv("MALLOC_ARENA_MAX") == nil, let symbol = dlsym(nil, "mallopt") else { return }
      // SAFETY: `int mallopt(int, int)` in every glibc (mallopt(3)); Swift's module of glibc leaves malloc.h out.
      let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
      let maximumOfArenas: Int32 = -8
      _ = mallopt(maximumOfArenas, count)
    #endif
  }
}
