#include "status.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "configuration.h"
#include "files.h"
#include "role.h"

static bool links_up(const struct links *links, struct reason *why) {
  for (unsigned i = 0; i < links->count; i++)
    if (!link_is_up(links->all[i].name)) return refuse(why, "the interface %s is not up", links->all[i].name);
  return true;
}

static bool ready(const struct configuration *now, const struct links *links, const void *wanted, struct reason *why) {
  char *failure = configuration_failure();
  if (failure) return refuse(why, "%s", failure);
  if (!configuration_settled()) return refuse(why, "the day-0 configuration is still being applied");
  if (!now->text || !wanted) return refuse(why, "no configuration is in force");
  if (role.follows && !role.follows(wanted, why)) return false;
  return links_up(links, why) && role.healthy(wanted, why);
}

static void write_reading(FILE *out, const char *link, const char *name, const char *file) {
  char path[200];
  snprintf(path, sizeof path, "/sys/class/net/%.40s/statistics/%s", link, file);
  fprintf(out, ",\"%s\":%ld", name, read_number_file(path, 0));
}

static void write_link(FILE *out, const char *name) {
  static const char *readings[][2] = {{"rxBytes", "rx_bytes"},     {"txBytes", "tx_bytes"},
                                      {"rxPackets", "rx_packets"}, {"txPackets", "tx_packets"},
                                      {"rxDropped", "rx_dropped"}, {"txDropped", "tx_dropped"},
                                      {"rxErrors", "rx_errors"},   {"txErrors", "tx_errors"}};
  char path[100], *mac;
  snprintf(path, sizeof path, "/sys/class/net/%.40s/carrier", name);
  bool carrier = read_number_file(path, 0) == 1;
  snprintf(path, sizeof path, "/sys/class/net/%.40s/address", name);
  mac = read_file(path, NULL);
  if (mac) mac[strcspn(mac, "\n")] = 0;
  json_write_string(out, name);
  fprintf(out, ":{\"state\":\"%s\",\"mac\":", carrier && link_is_up(name) ? "up" : "down");
  json_write_string(out, mac ? mac : "");
  for (unsigned i = 0; i < sizeof readings / sizeof *readings; i++)
    write_reading(out, name, readings[i][0], readings[i][1]);
  fputc('}', out);
}

static void write_links(FILE *out) {
  DIR *all = opendir("/sys/class/net");
  struct dirent *each;
  const char *comma = "";
  fputs("\"interfaces\":{", out);
  while (all && (each = readdir(all))) {
    if (each->d_name[0] == '.' || !strcmp(each->d_name, "lo")) continue;
    fputs(comma, out);
    write_link(out, each->d_name);
    comma = ",";
  }
  if (all) closedir(all);
  fputs("},", out);
}

int status_main(void) {
  struct configuration now;
  struct links links;
  struct reason why = {""}, unread;
  configuration_in_force(&now);
  configuration_links(&links, &unread);
  void *wanted = now.text ? role.parse(now.text, now.length, &links, &unread) : NULL;
  bool isReady = ready(&now, &links, wanted, &why);
  printf("{\"ready\":%s,\"reason\":", isReady ? "true" : "false");
  json_write_string(stdout, why.text);
  printf(",\"role\":\"%s\",\"uptimeSeconds\":%ld,\"configGeneration\":%lu,\"configDigest\":\"%s\",", role.name,
         read_number_file("/proc/uptime", 0), now.generation, now.digest);
  write_links(stdout);
  fputs("\"counters\":{", stdout);
  role.counters(wanted, stdout);
  fputs("},\"gauges\":{", stdout);
  role.gauges(wanted, stdout);
  fputs("},\"daemons\":{", stdout);
  role.daemons(wanted, stdout);
  putchar('}');
  if (role.details) role.details(wanted, stdout);
  puts("}");
  return 0;
}
