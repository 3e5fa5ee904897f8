#include "proc-tables.h"

#include <stdlib.h>
#include <string.h>

#include "files.h"

long from_table(const char *path, const char *row, const char *column) {
  char *text = read_file(path, NULL), *names = text ? strstr(text, row) : NULL;
  char *values = names ? strstr(names + 1, row) : NULL, *nameRest, *valueRest;
  long found = 0;
  if (values) {
    char *name = strtok_r(names, " \n", &nameRest), *value = strtok_r(values, " \n", &valueRest);
    for (; name && value; name = strtok_r(NULL, " \n", &nameRest), value = strtok_r(NULL, " \n", &valueRest))
      if (!strcmp(name, column)) break;
    found = name && value ? atol(value) : 0;
  }
  free(text);
  return found;
}

long from_list(const char *path, const char *name) {
  char *text = read_file(path, NULL), *at = text ? strstr(text, name) : NULL;
  long found = at ? atol(at + strlen(name)) : 0;
  free(text);
  return found;
}
