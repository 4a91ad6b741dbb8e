#include "CCRC32C.h"

#include <string.h>

// The table of the reflected polynomial 0x1EDC6F41, one byte a step. `constructor` runs before any thread exists.
static uint32_t table[256];

__attribute__((constructor)) static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ ((value & 1) ? 0x82F63B78u : 0);
    table[byte] = value;
  }
}

static uint32_t by_table(uint32_t crc, const uint8_t *p, size_t n) {
  while (n--) crc = (crc >> 8) ^ table[(crc ^ *p++) & 0xff];
  return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *p, size_t n) {
  uint64_t wide = crc;
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = (uint32_t)wide;
  while (n--) crc = _mm_crc32_u8(crc, *p++);
  return crc;
}

static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

static uint32_t by_instruction(uint32_t crc, const uint8_t *p, size_t n) {
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    crc = __crc32cd(crc, word);
  }
  while (n--) crc = __crc32cb(crc, *p++);
  return crc;
}

static int has_instruction(void) { return 1; }
#else
static uint32_t by_instruction(uint32_t crc, const uint8_t *p, size_t n) { return by_table(crc, p, n); }
static int has_instruction(void) { return 0; }
#endif

uint32_t sluice_crc32c_extend(uint32_t crc, const void *bytes, size_t length) {
  const uint32_t start = ~crc;
  return ~(has_instruction() ? by_instruction(start, bytes, length) : by_table(start, bytes, length));
}

uint32_t sluice_crc32c(const void *bytes, size_t length) { return sluice_crc32c_extend(0, bytes, length); }
