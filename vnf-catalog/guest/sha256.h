/* SHA-256 (FIPS 180-4), to name a configuration by its bytes. */
#ifndef BERTH_SHA256_H
#define BERTH_SHA256_H

#include <stddef.h>
#include <stdint.h>

void sha256(const void *data, size_t length, uint8_t digest[32]);
/* "sha256:" and 64 hexadecimal digits. */
void sha256_name(const uint8_t digest[32], char name[72]);

#endif
