#include "CJemalloc.h"

// Records are made on one thread and freed on another. glibc takes a lock for each of those, and keeps the peak of every thread's heap; jemalloc
// does neither. Few arenas, and pages that go back within half a second: a catch-up's peak must not stay for ever. The environment's MALLOC_CONF has
// the last word.
const char *malloc_conf = "narenas:2,dirty_decay_ms:500,muzzy_decay_ms:0";
