import Hummingbird

/// A request's body could not be read to its end: the connection broke, or its framing is no HTTP.
struct BrokenBody: Error {
  let cause: any Error
}

extension Request {
  /// The whole body.
  /// - Throws: ``ProblemDetails`` with 413 when it is larger, announced or sent; `BrokenBody` when it cannot be read.
  func boundedBody(upTo limit: Int, stage: RequestStage) async throws -> [UInt8] {
    if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit { throw ProblemDetails.bodyTooLarge(limit: limit) }
    stage.isReadingBody = true
    defer { stage.isReadingBody = false }
    var bytes: [UInt8] = []
    do {
      for try await chunk in body {
        guard bytes.count + chunk.readableBytes <= limit else { throw ProblemDetails.bodyTooLarge(limit: limit) }
        bytes.append(contentsOf: chunk.readableBytesView)
      }
    } catch let problem as ProblemDetails {
      throw problem
    } catch let error as CancellationError {
      throw error
    } catch {
      throw BrokenBody(cause: error)
    }
    try Task.checkCancellation()
    return bytes
  }
}
