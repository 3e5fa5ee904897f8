#include "upf-spoil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store-file.h"

static long aligned(size_t length) { return (long)((length + 63) & ~(size_t)63); }

void spoil_file(const char *folder, uint32_t sessions, const char *what) {
  char path[4096];
  struct record first;
  const long records = aligned(sizeof(struct header)), chunks = records + aligned(sessions * sizeof first);
  snprintf(path, sizeof path, "%s/sessions", folder);
  FILE *file = fopen(path, "r+");
  if (!file || fseek(file, records, SEEK_SET) || fread(&first, sizeof first, 1, file) != 1 || !first.seid) abort();
  const long inside = chunks + (long)(first.head * sizeof(struct chunk)) + 20;
  if (!strcmp(what, "chain")) first.head = NO_INDEX - 1;
  if (!strcmp(what, "node")) first.node = CONDEMNED + 1;
  fseek(file, records, SEEK_SET);
  fwrite(&first, sizeof first, 1, file);
  fseek(file, inside, SEEK_SET);
  const int byte = fgetc(file);
  fseek(file, inside, SEEK_SET);
  if (!strcmp(what, "bytes")) fputc(byte ^ 0xff, file);
  fclose(file);
}
