/* The firewall's reading of its counters, whose functions are its own. */
#include "../../../vnf-catalog/firewall/guest/counters.c"

void count_all(const struct nlmsghdr *const *messages, unsigned most);

void count_all(const struct nlmsghdr *const *messages, unsigned most) {
  struct counters counters = {NULL, 0};
  for (unsigned i = 0; i < most; i++) note(messages[i], &counters);
  if (counters.count) qsort(counters.all, counters.count, sizeof *counters.all, by_name);
  counter_named(&counters, "p/any/any");
}
