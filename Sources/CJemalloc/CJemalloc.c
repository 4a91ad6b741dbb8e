#include "CJemalloc.h"

#include <jemalloc/jemalloc.h>
#include <stdio.h>
#include <stdlib.h>

// Records are made on one thread and freed on another. glibc takes a lock for each of those, and keeps the peak of every thread's heap; jemalloc
// does neither. Few arenas, caches of the threads that hold no large blocks but many small ones, so that the arenas' locks are taken seldom, and
// pages that go back soon: with half a second and the caches as they are by default a snapshot of 2 M rows took 83 MB in place of 73, and was no
// faster. The environment's MALLOC_CONF has the last word.
const char *malloc_conf =
    "narenas:2,dirty_decay_ms:50,muzzy_decay_ms:0,lg_tcache_max:13,tcache_nslots_small_max:1000,lg_tcache_nslots_mul:4";

int cje_keep_pages(long milliseconds) {
  if (getenv("MALLOC_CONF") != NULL) return 0;
  ssize_t decay = milliseconds;
  // Of arenas to come.
  int status = mallctl("arenas.dirty_decay_ms", NULL, NULL, &decay, sizeof decay);
  unsigned count = 0;
  size_t size = sizeof count;
  if (status == 0) status = mallctl("arenas.narenas", &count, &size, NULL, 0);
  for (unsigned arena = 0; arena < count && status == 0; arena++) {
    char name[48];
    snprintf(name, sizeof name, "arena.%u.initialized", arena);
    _Bool initialized = 0;
    size = sizeof initialized;
    status = mallctl(name, &initialized, &size, NULL, 0);
    if (status != 0 || !initialized) continue;
    snprintf(name, sizeof name, "arena.%u.dirty_decay_ms", arena);
    status = mallctl(name, NULL, NULL, &decay, sizeof decay);
  }
  return status;
}
