#pragma once

#include <stddef.h>
#include <stdint.h>

// A door to simdjson for change events: one JSON object becomes a flat list of members, with offsets into a copy of its
// text. No exception crosses it, nothing is written before the caller's arguments, and every result is bounded.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CSJ_OK = 0,
  CSJ_EMPTY,
  CSJ_TOO_LARGE,
  CSJ_INVALID_JSON,
  CSJ_INVALID_UTF8,
  CSJ_TOO_DEEP,
  CSJ_NOT_AN_OBJECT,
  CSJ_OUT_OF_MEMORY,
} csj_status;

typedef enum {
  CSJ_NULL = 0,
  CSJ_FALSE,
  CSJ_TRUE,
  CSJ_INTEGER,  // fits int64_t: in `integer`
  CSJ_NUMBER,   // any other number: its text
  CSJ_STRING,   // unescaped
  CSJ_JSON,     // an array, or an object below the second level: its text
  CSJ_OBJECT,   // an object of the first level: its members follow, until `end`
} csj_kind;

/// A member of an object. Offsets below `text_length` are into `text`, the others (minus `text_length`) into `extra`.
typedef struct {
  uint32_t name_offset;
  uint32_t name_length;
  uint32_t value_offset;
  uint32_t value_length;
  int64_t integer;
  uint32_t end;  // the number of the member that follows this one and its members
  uint32_t kind;
} csj_node;

/// What a parser holds; valid until it parses again or is destroyed.
typedef struct {
  const uint8_t *text;
  size_t text_length;
  const uint8_t *extra;
  size_t extra_length;
  const csj_node *nodes;
  size_t node_count;
} csj_document;

typedef struct csj_parser csj_parser;

/// NULL without memory. Texts longer than `max_length` and nested deeper than `max_depth` are refused.
csj_parser *csj_parser_create(size_t max_length, size_t max_depth);
void csj_parser_destroy(csj_parser *parser);

/// The calling thread's own parser (64 MiB, 64 levels), destroyed with the thread; NULL without memory.
csj_parser *csj_thread_parser(void);

/// Parses one object. Where it has the members `schema` and `payload`, the payload is taken for the object. Members of
/// objects of the first level are listed too. `bytes` may be NULL if `length` is 0. Not safe for two threads at once.
csj_status csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length, csj_document *document);

#ifdef __cplusplus
}
#endif
