#include "upf-cases.h"

#include <stdio.h>
#include <stdlib.h>

void check(bool holds, const char *text, const char *file, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
  exit(1);
}

/* Without a number: the sentences, one a line. */
int main(int count, char **arguments) {
  const struct upf_case *const groups[] = {table_cases, transaction_cases, gtpu_cases};
  const size_t counts[] = {table_case_count, transaction_case_count, gtpu_case_count};
  size_t wanted = count > 1 ? strtoul(arguments[1], NULL, 10) : 0, at = 0;
  for (size_t group = 0; group < 3; group++)
    for (size_t i = 0; i < counts[group]; i++, at++) {
      if (count == 1) printf("%s\n", groups[group][i].sentence);
      if (count > 1 && at == wanted) return groups[group][i].run(), 0;
    }
  return count > 1;
}
