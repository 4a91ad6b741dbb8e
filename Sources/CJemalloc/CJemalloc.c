#include "CJemalloc.h"

// Records are made on one thread and freed on another. glibc takes a lock for each of those, and keeps the peak of every thread's heap; jemalloc
// does neither. Few arenas, small caches of the threads, and pages that go back soon: with half a second and the caches as they are by default a
// snapshot of 2 M rows took 83 MB in place of 71, and was no faster. The environment's MALLOC_CONF has the last word.
const char *malloc_conf = "narenas:2,dirty_decay_ms:50,muzzy_decay_ms:0,lg_tcache_max:13";
