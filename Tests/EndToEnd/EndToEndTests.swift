import Testing

/// Everything with real processes, one test after the other: each starts several of them, and a machine of CI has two cores.
@Suite(.serialized, .timeLimit(.minutes(5))) enum EndToEndTests {}
