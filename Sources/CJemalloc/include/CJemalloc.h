#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// How jemalloc manages the heap, read by it before the first allocation (jemalloc(3), TUNING).
extern const char *malloc_conf;

/// Lets pages that are not used any more wait that long for their next use before they go back to the system; in place of what `malloc_conf` says, but
/// not of what the environment's MALLOC_CONF says. Returns 0, or an errno.
int cje_keep_pages(long milliseconds);

#ifdef __cplusplus
}
#endif
