#pragma once
#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

// Macros in zlib.h, which Swift does not see.
static inline int sluice_inflate_init(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
static inline int sluice_deflate_init(z_stream *stream, int level, int window_bits) {
  return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
