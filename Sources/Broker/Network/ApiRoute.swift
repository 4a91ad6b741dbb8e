internal import NIOCore

/// One API: the versions it is answered in, and what to do with a request's body.
struct ApiRoute {
  /// Kafka's name of the API.
  let name: String
  let versions: ClosedRange<Int16>
  let flexibleSince: Int16
  /// Takes the body; `respond` is called once, now or later.
  let handle:
    (_ body: ByteBuffer, _ header: RequestHeader, RequestContext, _ respond: @escaping (ApiAnswer) -> Void) throws(CodecError) -> Void

  init<Request: BodyMessage, Response: BodyMessage>(
    _ api: ApiKey, handler: @escaping (Request, RequestContext, _ reply: @escaping (Response?) -> Void) -> Void
  ) {
    let type = "\(Request.self)"
    name = type.hasSuffix("Request") ? String(type.dropLast("Request".count)) : type
    versions = Request.versions
    flexibleSince = Request.flexibleSince
    // KIP-511: a client that asks for the versions cannot know yet whether the broker's header is flexible.
    let hasTags = api != .apiVersions
    handle = { body, header, context, respond throws(CodecError) in
      let request = try FieldReader.body(Request.self, from: body, version: header.apiVersion)
      handler(request, context) { response in
        guard let response else { return respond(.none) }
        respond(Self.answer(response, header: header, isFlexible: hasTags && header.apiVersion >= Response.flexibleSince))
      }
    }
  }

  /// Size, correlation ID, tags, body.
  static func answer<Response: BodyMessage>(_ response: Response, header: RequestHeader, isFlexible: Bool) -> ApiAnswer {
    var frame = ByteBuffer()
    frame.writeInteger(Int32(0))
    frame.writeInteger(header.correlationID)
    if isFlexible { frame.writeInteger(UInt8(0)) }
    do {
      try FieldWriter.write(response, version: header.apiVersion, to: &frame)
    } catch {
      return .failed("\(Response.self) version \(header.apiVersion): \(error)")
    }
    frame.setInteger(Int32(frame.readableBytes - 4), at: frame.readerIndex)
    return .frame(frame)
  }
}
