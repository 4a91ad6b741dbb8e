/// When to try again: exponential back-off with full jitter, a cap, and a number of attempts. Pure: randomness is given by the caller.
///
/// Full jitter takes a uniformly random part of the exponential ceiling, so that members that failed together do not come back
/// together (Brooker, "Exponential Backoff And Jitter", 2015).
public struct RetryPolicy: Hashable, Sendable {
  /// The ceiling of the first delay. Default 100 ms.
  public var initialDelay: Duration

  /// The factor by which the ceiling grows with each attempt. Default 2.
  public var multiplier: Double

  /// The ceiling never exceeds this. Default 10 s.
  public var maxDelay: Duration

  /// How many times something is tried in all, the first time included; nil is forever. Default 10.
  public var maxAttempts: Int?

  /// A policy. Values that make no sense are moved to the nearest that does: delays to at least zero, the multiplier and the attempts to
  /// at least one.
  public init(
    initialDelay: Duration = .milliseconds(100), multiplier: Double = 2, maxDelay: Duration = .seconds(10), maxAttempts: Int? = 10
  ) {
    self.initialDelay = max(initialDelay, .zero)
    self.multiplier = multiplier.isFinite ? max(multiplier, 1) : 2
    self.maxDelay = max(maxDelay, .zero)
    self.maxAttempts = maxAttempts.map { max($0, 1) }
  }

  /// What waits for a sink that is down: for as long as it takes, at most 10 s between two tries.
  public static let untilItIsBack = RetryPolicy(initialDelay: .milliseconds(250), maxDelay: .seconds(10), maxAttempts: nil)

  /// Whether `attempts` failures leave no further try.
  public func isExhausted(after attempts: Int) -> Bool {
    maxAttempts.map { attempts >= $0 } ?? false
  }

  /// The longest delay after this many failures (1 is the first).
  public func ceiling(after attempts: Int) -> Duration {
    let exponent = Double(max(attempts, 1) - 1)
    // Compared as floating point first: the power grows beyond what a Duration can hold.
    let growth = Double.pow(multiplier, exponent)
    let longest = maxDelay / .milliseconds(1)
    let wanted = (initialDelay / .milliseconds(1)) * growth
    return wanted < longest ? .microseconds(Int64(wanted * 1000)) : maxDelay
  }

  /// The delay after this many failures (1 is the first).
  ///
  /// - Parameter random: uniformly from 0 up to 1.
  public func delay(after attempts: Int, random: Double) -> Duration {
    ceiling(after: attempts) * min(max(random, 0), 1)
  }
}

extension Double {
  /// By repeated multiplication, stopped at infinity: keeps this target free of Foundation.
  fileprivate static func pow(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    var left = exponent
    while left >= 1, result < 1e18 {
      result *= base
      left -= 1
      if base == 1 { break }
    }
    return result
  }
}
