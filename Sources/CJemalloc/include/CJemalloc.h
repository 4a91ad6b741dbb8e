#pragma once

/// How jemalloc manages the heap, read by it before the first allocation (jemalloc(3), TUNING).
extern const char *malloc_conf;
