/// Waits between attempts: doubled each time up to a cap, each shortened by chance so that many do not return together.
struct Backoff: Sendable {
  let initial: Duration
  let cap: Duration
  private(set) var attempts = 0

  init(initial: Duration = .milliseconds(200), cap: Duration) {
    self.initial = initial
    self.cap = cap
  }

  mutating func next(random: Double = .random(in: 0.5...1)) -> Duration {
    let doubled = initial * (1 << min(attempts, 20))
    attempts += 1
    return min(doubled, cap) * random
  }

  mutating func reset() { attempts = 0 }
}
