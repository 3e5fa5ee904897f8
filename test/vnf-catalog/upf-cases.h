/* Cases of the UPF's agent in C: each is a sentence and a function, run by number. */
#ifndef UPF_CASES_H
#define UPF_CASES_H

#include <stdbool.h>
#include <stddef.h>

struct upf_case {
  const char *sentence;
  void (*run)(void);
};

/* Ends the program with the line when it does not hold. */
#define CHECK(holds) check((holds), #holds, __FILE__, __LINE__)
void check(bool holds, const char *text, const char *file, int line);

extern const struct upf_case table_cases[], transaction_cases[], gtpu_cases[];
extern const size_t table_case_count, transaction_case_count, gtpu_case_count;

#define CASES(name) const size_t name##_count = sizeof name##s / sizeof *name##s

#endif
