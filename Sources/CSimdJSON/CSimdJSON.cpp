#include "CSimdJSON.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

using namespace simdjson;

// A parser that once saw a large text gives its memory back when small ones follow.
static constexpr size_t KEEP_CAPACITY = 4 << 20;
static constexpr size_t SMALL_TEXT = 256 << 10;

struct csj_parser {
  size_t max_length;
  size_t max_depth;
  std::unique_ptr<dom::parser> dom;
  size_t dom_capacity = 0;
  std::vector<uint8_t> text;
  std::vector<uint8_t> extra;
  std::vector<csj_node> nodes;
};

namespace {

struct broken {};

// Walks the DOM and simdjson's list of structural characters in step: the first has the values, the second their places.
struct walker {
  csj_parser &parser;
  const uint8_t *text;
  const uint32_t *structurals;
  size_t count;
  size_t at = 0;
  // The part of the text that is handed out.
  uint32_t base = 0;
  uint32_t base_length = 0;

  uint32_t place() const {
    if (at >= count) throw broken{};
    return structurals[at];
  }

  void expect(uint8_t character) {
    if (text[place()] != character) throw broken{};
    at++;
  }

  // Goes behind the value that begins here; returns the place of its last structural character.
  uint32_t skip() {
    size_t depth = 0;
    for (;;) {
      uint32_t here = place();
      uint8_t c = text[here];
      at++;
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        if (depth == 0) throw broken{};
        depth--;
      }
      if (depth == 0) return here;
    }
  }

  // Where an unescaped string stands: in the text itself if it had no escapes, else in `extra`.
  //
  // Equal bytes followed by a quote prove that there was none: a backslash makes the text longer than the string, and
  // the byte behind as many bytes as the string has could be a quote only right behind a backslash, which would then
  // differ from the string's own last byte.
  uint32_t locate(std::string_view string, uint32_t quote) {
    const uint8_t *start = text + quote + 1;
    if (start[string.size()] == '"' && memcmp(start, string.data(), string.size()) == 0) return quote + 1 - base;
    size_t offset = parser.extra.size();
    parser.extra.insert(parser.extra.end(), string.begin(), string.end());
    return uint32_t(base_length + offset);
  }

  void members(dom::object object, int level) {
    expect('{');
    bool first = true;
    for (auto field : object) {
      if (!first) expect(',');
      first = false;
      csj_node node{};
      node.name_offset = locate(field.key, place());
      node.name_length = uint32_t(field.key.size());
      expect('"');
      expect(':');
      size_t index = parser.nodes.size();
      parser.nodes.push_back(node);
      value(field.value, node, level);
      node.end = uint32_t(parser.nodes.size());
      parser.nodes[index] = node;
    }
    expect('}');
  }

  void value(dom::element element, csj_node &node, int level) {
    uint32_t start = place();
    node.value_offset = start - base;
    switch (element.type()) {
      case dom::element_type::NULL_VALUE:
        node.kind = CSJ_NULL;
        at++;
        return;
      case dom::element_type::BOOL:
        node.kind = bool(element.get_bool().value_unsafe()) ? CSJ_TRUE : CSJ_FALSE;
        at++;
        return;
      case dom::element_type::INT64:
        node.kind = CSJ_INTEGER;
        node.integer = element.get_int64().value_unsafe();
        number(start, node);
        return;
      case dom::element_type::UINT64:
      case dom::element_type::DOUBLE:
        node.kind = CSJ_NUMBER;
        number(start, node);
        return;
      case dom::element_type::STRING: {
        node.kind = CSJ_STRING;
        std::string_view string = element.get_string().value_unsafe();
        node.value_offset = locate(string, start);
        node.value_length = uint32_t(string.size());
        at++;
        return;
      }
      case dom::element_type::OBJECT:
        if (level == 0) {
          node.kind = CSJ_OBJECT;
          members(element.get_object().value_unsafe(), level + 1);
          return;
        }
        [[fallthrough]];
      case dom::element_type::ARRAY:
        node.kind = CSJ_JSON;
        node.value_length = skip() + 1 - start;
        return;
    }
    throw broken{};
  }

  void number(uint32_t start, csj_node &node) {
    uint32_t end = start;
    // The text is padded with zero bytes, which end a number.
    while ((text[end] >= '0' && text[end] <= '9') || text[end] == '-' || text[end] == '+' || text[end] == '.' ||
           text[end] == 'e' || text[end] == 'E') {
      end++;
    }
    node.value_length = end - start;
    at++;
  }
};

csj_status status_of(error_code error) {
  switch (error) {
    case EMPTY: return CSJ_EMPTY;
    case CAPACITY: return CSJ_TOO_LARGE;
    case UTF8_ERROR: return CSJ_INVALID_UTF8;
    case DEPTH_ERROR: return CSJ_TOO_DEEP;
    case MEMALLOC: return CSJ_OUT_OF_MEMORY;
    default: return CSJ_INVALID_JSON;
  }
}

csj_status prepare(csj_parser &parser, size_t length) {
  if (parser.dom_capacity > KEEP_CAPACITY && length < SMALL_TEXT) {
    parser.dom.reset();
    parser.dom_capacity = 0;
    std::vector<uint8_t>().swap(parser.text);
    std::vector<uint8_t>().swap(parser.extra);
    std::vector<csj_node>().swap(parser.nodes);
  }
  if (!parser.dom) parser.dom.reset(new dom::parser(parser.max_length));
  if (parser.dom_capacity < length) {
    size_t capacity = length < 4096 ? 8192 : length + length / 2;
    if (capacity > parser.max_length) capacity = parser.max_length;
    parser.dom_capacity = 0;
    // simdjson's own growth would fall back to its default depth.
    if (error_code error = parser.dom->allocate(capacity, parser.max_depth)) return status_of(error);
    parser.dom_capacity = capacity;
  }
  if (parser.text.size() < parser.dom_capacity + SIMDJSON_PADDING) parser.text.resize(parser.dom_capacity + SIMDJSON_PADDING);
  return CSJ_OK;
}

csj_status parse(csj_parser &parser, const uint8_t *bytes, size_t length, csj_document &document) {
  if (csj_status status = prepare(parser, length)) return status;
  uint8_t *text = parser.text.data();
  memcpy(text, bytes, length);
  memset(text + length, 0, SIMDJSON_PADDING);
  parser.extra.clear();
  parser.nodes.clear();

  dom::element root;
  if (error_code error = parser.dom->parse(text, length, false).get(root)) return status_of(error);
  dom::object object;
  if (root.get_object().get(object)) return CSJ_NOT_AN_OBJECT;

  auto &implementation = *parser.dom->implementation;
  walker walker{parser, text, implementation.structural_indexes.get(), implementation.n_structural_indexes};
  dom::element payload;
  if (!object["payload"].get(payload) && !object["schema"].error()) {
    dom::object inner;
    if (payload.get_object().get(inner)) return CSJ_NOT_AN_OBJECT;
    walker.expect('{');
    bool first = true;
    bool found = false;
    for (auto field : object) {
      if (!first) walker.expect(',');
      first = false;
      walker.expect('"');
      walker.expect(':');
      if (field.key == "payload") {
        found = true;
        break;
      }
      walker.skip();
    }
    if (!found) return CSJ_INVALID_JSON;
    object = inner;
  }
  // What follows the object (a brace, or a schema that comes last) is handed out too: finding the end costs more.
  walker.base = walker.place();
  walker.base_length = uint32_t(length) - walker.base;
  walker.members(object, 0);

  document.text = text + walker.base;
  document.text_length = walker.base_length;
  document.extra = parser.extra.data();
  document.extra_length = parser.extra.size();
  document.nodes = parser.nodes.data();
  document.node_count = parser.nodes.size();
  return CSJ_OK;
}

}  // namespace

extern "C" csj_parser *csj_parser_create(size_t max_length, size_t max_depth) {
  try {
    auto parser = std::make_unique<csj_parser>();
    // Offsets are 32 bits wide, and those of `extra` begin behind the text.
    parser->max_length = max_length < (size_t(1) << 30) ? max_length : (size_t(1) << 30);
    parser->max_depth = max_depth;
    return parser.release();
  } catch (...) {
    return nullptr;
  }
}

extern "C" void csj_parser_destroy(csj_parser *parser) { delete parser; }

extern "C" csj_parser *csj_thread_parser(void) {
  static thread_local std::unique_ptr<csj_parser> parser;
  if (!parser) parser.reset(csj_parser_create(64 << 20, 64));
  return parser.get();
}

extern "C" csj_status csj_parse(csj_parser *parser, const uint8_t *bytes, size_t length, csj_document *document) {
  *document = {};
  if (length == 0) return CSJ_EMPTY;
  if (length > parser->max_length) return CSJ_TOO_LARGE;
  try {
    return parse(*parser, bytes, length, *document);
  } catch (const std::bad_alloc &) {
    return CSJ_OUT_OF_MEMORY;
  } catch (...) {
    return CSJ_INVALID_JSON;
  }
}
