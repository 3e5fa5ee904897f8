/*
 *            day0                 configure, accepted
 *   none ----------> day-0 document ----------> newer document (saved for the next boot)
 *    |  refused            ^  |                       |
 *    +--> failure ---------+  +--- configure, refused: nothing changes
 *          configure, accepted
 */
#include "configuration.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "role.h"
#include "saved.h"
#include "sha256.h"
#include "vips.h"
#include "volume.h"

#define IN_FORCE RUN "/user-data"
#define CANDIDATE RUN "/candidate"
#define GENERATION RUN "/generation"
#define FAILURE RUN "/failure"
#define SETTLED RUN "/settled"

static void digest_of(const char *text, size_t length, char name[72]) {
  uint8_t digest[32];
  sha256(text, length, digest);
  sha256_name(digest, name);
}

void configuration_in_force(struct configuration *out) {
  memset(out, 0, sizeof *out);
  out->text = read_file(IN_FORCE, &out->length);
  out->generation = (unsigned long)read_number_file(GENERATION, 0);
  if (out->text) digest_of(out->text, out->length, out->digest);
}

char *configuration_failure(void) { return read_file(FAILURE, NULL); }

bool configuration_settled(void) { return access(SETTLED, F_OK) == 0; }

static bool shared_addresses(struct links *out, struct reason *why) {
  size_t length = 0;
  char *text = read_file(DAY0_INSTANCE, &length);
  struct json *meta = text ? json_parse(text, length, why) : NULL;
  return text ? meta && vips_parse(meta, out, why) : refuse(why, "no day-0 meta-data was read");
}

bool configuration_links(struct links *out, struct reason *why) {
  size_t length = 0;
  char *text = read_file(DAY0_NETWORK, &length);
  memset(out, 0, sizeof *out);
  if (!text) return refuse(why, "no day-0 network-config was read");
  struct json *document = json_parse(text, length, why);
  return document && links_parse(document, out, why) && shared_addresses(out, why);
}

static void put_in_force(const char *text, size_t length, unsigned long generation) {
  char number[24];
  write_file(IN_FORCE, text, length);
  write_file(GENERATION, number, (size_t)snprintf(number, sizeof number, "%lu\n", generation));
  unlink(FAILURE);
}

static void owner_of(const char *day0, size_t length, uint8_t owner[32]) {
  size_t metaLength = 0;
  char *meta = read_file(DAY0_INSTANCE, &metaLength);
  struct reason ignored;
  const char *instance = meta ? json_string(json_get(json_parse(meta, metaLength, &ignored), "instance-id")) : NULL;
  char both[256];
  uint8_t digest[32];
  sha256(day0, length, digest);
  snprintf(both, sizeof both, "%.150s ", instance ? instance : "");
  sha256_name(digest, both + strlen(both));
  sha256(both, strlen(both), owner);
}

static void name_guest(void) {
  size_t length = 0;
  char *meta = read_file(DAY0_INSTANCE, &length);
  struct reason ignored;
  const char *name = meta ? json_string(json_get(json_parse(meta, length, &ignored), "local-hostname")) : NULL;
  if (name) sethostname(name, strlen(name));
}

static bool adopt(const char *text, size_t length, unsigned long generation, const struct links *links,
                  struct reason *why) {
  void *wanted = role.parse(text, length, links, why);
  if (!wanted || !role.apply(wanted, NULL, why)) return false;
  put_in_force(text, length, generation);
  return true;
}

/* A saved document that no longer works must not keep the guest from its day-0 document. */
static bool adopt_saved(const char *day0, size_t length, const struct links *links) {
  uint8_t owner[32];
  struct saved saved;
  struct reason why;
  owner_of(day0, length, owner);
  if (!saved_read(owner, &saved)) return false;
  if (adopt(saved.text, saved.length, (unsigned long)saved.generation, links, &why)) return true;
  printf("berth: the saved configuration is passed over: %s\n", why.text);
  return false;
}

static bool day0(struct reason *why) {
  struct links links;
  size_t length = 0;
  if (role.before_links && !role.before_links(why)) return false;
  if (!volume_read(why) || !configuration_links(&links, why) || !links_apply(&links, why)) return false;
  name_guest();
  char *text = read_file(DAY0_CONFIGURATION, &length);
  return text && (adopt_saved(text, length, &links) || adopt(text, length, 1, &links, why));
}

static int open_lock(int flags) { return open(RUN "/lock", O_RDWR | O_CREAT | flags, 0600); }

/*
 * The programs that carry a change out (nft, vtysh) hold the lock with this one: after a kill they still run, and the next change
 * must not look at the guest before they are done. Daemons are children of process 1 and do not have it.
 */
static void lock(void) {
  int fd = open_lock(0);
  if (fd >= 0) flock(fd, LOCK_EX);
}

int configuration_lock_now(void) {
  int fd = open_lock(O_CLOEXEC);
  if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  close(fd);
  return -1;
}

int day0_main(void) {
  struct reason why = {"the day-0 user-data could not be read"};
  lock();
  bool done = day0(&why);
  if (!done) write_file(FAILURE, why.text, strlen(why.text));
  write_file(SETTLED, "", 0);
  printf("berth: %s\n", done ? "day 0 applied" : why.text);
  return !done;
}

static void *followed(const char *text, size_t length, const struct links *links) {
  struct reason ignored;
  void *document = text ? role.parse(text, length, links, &ignored) : NULL;
  return document && role.follows && !role.follows(document, &ignored) ? NULL : document;
}

/*
 * What the guest follows: the document in force or, after a `configure` that was killed, the one that it had begun with.
 * NULL when it is neither; then everything is made anew, which a packet under way may not survive.
 */
static void *following(const struct configuration *now, const struct links *links) {
  size_t length = 0;
  void *document = followed(now->text, now->length, links);
  char *begun = document ? NULL : read_file(CANDIDATE, &length);
  return document ? document : followed(begun, length, links);
}

/* Applies the new document over the old one; puts the old one back when that fails. */
static bool change(const struct configuration *old, const char *text, size_t length, struct reason *why) {
  struct links links;
  struct reason undo;
  configuration_links(&links, &undo);
  void *wanted = role.parse(text, length, &links, why);
  if (!wanted) return false;
  name_guest();
  void *now = following(old, &links);
  if (!write_file(CANDIDATE, text, length)) return refuse(why, "the document could not be written to " CANDIDATE);
  if (role.apply(wanted, now, why)) return true;
  name_guest();
  void *before = old->text ? role.parse(old->text, old->length, &links, &undo) : NULL;
  if (before && !role.apply(before, NULL, &undo)) write_file(FAILURE, undo.text, strlen(undo.text));
  return false;
}

static void save(const char *text, size_t length, unsigned long generation) {
  uint8_t owner[32];
  size_t day0Length = 0;
  char *day0Text = read_file(DAY0_CONFIGURATION, &day0Length);
  const struct saved saved = {generation, (char *)text, length};
  owner_of(day0Text ? day0Text : "", day0Length, owner);
  if (!saved_write(owner, &saved)) fprintf(stderr, "applied, but not saved for the next boot: no state partition\n");
}

static bool follows(const struct configuration *now) {
  struct links links;
  struct reason ignored;
  return configuration_links(&links, &ignored) && followed(now->text, now->length, &links);
}

static int unreadable(const char *path) {
  struct stat is;
  bool large = stat(path, &is) == 0 && is.st_size > MOST_FILE_BYTES;
  if (large) fprintf(stderr, "the document has %lld bytes; %d are allowed\n", (long long)is.st_size, MOST_FILE_BYTES);
  else fprintf(stderr, "%s could not be read\n", path);
  return 2;
}

int configure_main(const char *path) {
  struct configuration old;
  struct reason why = {""};
  size_t length = 0;
  char digest[72];
  lock();
  configuration_in_force(&old);
  char *text = read_file(path, &length);
  if (!text) return unreadable(path);
  digest_of(text, length, digest);
  if (!strcmp(digest, old.digest) && access(FAILURE, F_OK) && follows(&old)) return 0;
  if (!change(&old, text, length, &why)) return fprintf(stderr, "%s\n", why.text), 1;
  put_in_force(text, length, old.generation + 1);
  save(text, length, old.generation + 1);
  return 0;
}
