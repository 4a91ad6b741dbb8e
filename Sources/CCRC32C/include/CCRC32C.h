#ifndef SLUICE_CCRC32C_H
#define SLUICE_CCRC32C_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `length` bytes, the checksum of Kafka's record batches.
/// Uses the CPU's instruction where there is one (SSE 4.2, ARMv8), else a table. Thread-safe.
uint32_t sluice_crc32c(const void *bytes, size_t length);

/// The checksum of bytes that follow others whose checksum is `crc`.
uint32_t sluice_crc32c_extend(uint32_t crc, const void *bytes, size_t length);

#endif
