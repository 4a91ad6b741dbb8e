indirect enum ValueCodec: Sendable { case text }
