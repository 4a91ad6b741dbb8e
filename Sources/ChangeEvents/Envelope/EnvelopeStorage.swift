final class EnvelopeStorage: Sendable {}
