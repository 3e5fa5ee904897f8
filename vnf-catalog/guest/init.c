/*
 * Process 1: file systems, modules, then `vnf day0` as a child (a fault there must not panic the
 * kernel), then the daemons. It ends by signal, as busybox's does: SIGUSR2 powers off, SIGTERM and
 * SIGINT reboot, SIGUSR1 halts; the ACPI power button powers off. SIGHUP reads the daemons' wish again.
 */
#include "init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "link-control.h"
#include "modules.h"
#include "services.h"

enum { MOST_BUTTONS = 6, STOP_PAUSE_MS = 300, DAY0_NICE = -10 };

static void mount_all(void) {
  mkdir("/proc", 0755), mkdir("/sys", 0755), mkdir("/dev", 0755);
  mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
  mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
  mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, NULL);
  mkdir("/dev/pts", 0755), mkdir(RUN, 0755), mkdir(SERVICES_ALIVE, 0755);
  mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "mode=0620");
}

static void open_console(void) {
  int fd = open("/dev/console", O_RDWR);
  for (int std = 0; fd >= 0 && std < 3; std++) dup2(fd, std);
  if (fd > 2) close(fd);
  setvbuf(stdout, NULL, _IOLBF, 0);
}

static void name_virtio_port(const char *device) {
  char from[300], to[300], *name;
  snprintf(from, sizeof from, "/sys/class/virtio-ports/%.200s/name", device);
  name = read_file(from, NULL);
  if (name && *name) {
    name[strcspn(name, "\n")] = 0;
    snprintf(from, sizeof from, "../%.200s", device);
    snprintf(to, sizeof to, "/dev/virtio-ports/%.200s", name);
    if (symlink(from, to) && errno != EEXIST) printf("berth: %s could not be linked\n", to);
  }
  free(name);
}

/* QEMU's agent looks for its port by name, which udev would have linked. A port shows up some time after its driver. */
static void name_virtio_ports(void) {
  DIR *all = opendir("/sys/class/virtio-ports");
  struct dirent *each;
  mkdir("/dev/virtio-ports", 0755);
  while (all && (each = readdir(all)))
    if (each->d_name[0] != '.') name_virtio_port(each->d_name);
  if (all) closedir(all);
}

static unsigned open_buttons(struct pollfd *to) {
  unsigned count = 0;
  for (int number = 0; number < MOST_BUTTONS; number++) {
    char path[40];
    snprintf(path, sizeof path, "/dev/input/event%d", number);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) to[count++] = (struct pollfd){fd, POLLIN, 0};
  }
  return count;
}

static bool power_pressed(int fd) {
  struct input_event event;
  while (read(fd, &event, sizeof event) == (ssize_t)sizeof event)
    if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1) return true;
  return false;
}

static void end_guest(int how) {
  const struct timespec pause = {0, STOP_PAUSE_MS * 1000000L};
  printf("berth: stopping\n");
  kill(-1, SIGTERM);
  nanosleep(&pause, NULL);
  kill(-1, SIGKILL);
  sync();
  /* No packet passes while the guest goes, and no card is reset under traffic. */
  links_down();
  reboot(how);
}

static void reap(void) {
  pid_t child;
  while ((child = waitpid(-1, NULL, WNOHANG)) > 0) services_reaped(child);
}

static void on_signal(int number) {
  if (number == SIGCHLD) reap();
  if (number == SIGHUP) services_read();
  if (number == SIGUSR1) end_guest(RB_HALT_SYSTEM);
  if (number == SIGUSR2) end_guest(RB_POWER_OFF);
  if (number == SIGTERM || number == SIGINT) end_guest(RB_AUTOBOOT);
}

static int open_signals(sigset_t *set) {
  static const int taken[] = {SIGCHLD, SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGINT};
  sigemptyset(set);
  for (unsigned i = 0; i < sizeof taken / sizeof *taken; i++) sigaddset(set, taken[i]);
  sigprocmask(SIG_BLOCK, set, NULL);
  return signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Before all else: until it is done no packet passes. */
static void spawn_day0(const sigset_t *blocked) {
  if (fork() != 0) return;
  setpriority(PRIO_PROCESS, 0, DAY0_NICE);
  sigprocmask(SIG_UNBLOCK, blocked, NULL);
  execl("/usr/lib/berth/vnf", "vnf", "day0", (char *)NULL);
  _exit(127);
}

static void serve(int signals) {
  struct signalfd_siginfo got;
  struct pollfd watched[1 + MOST_BUTTONS] = {{signals, POLLIN, 0}};
  unsigned buttons = open_buttons(watched + 1);
  for (;;) {
    int wait = services_step();
    if (wait >= 0) name_virtio_ports();
    poll(watched, 1 + buttons, wait);
    while (read(signals, &got, sizeof got) == (ssize_t)sizeof got) on_signal((int)got.ssi_signo);
    for (unsigned i = 1; i <= buttons; i++)
      if (watched[i].revents && power_pressed(watched[i].fd)) end_guest(RB_POWER_OFF);
  }
}

int init_main(void) {
  sigset_t blocked;
  mount_all();
  open_console();
  reboot(RB_DISABLE_CAD);
  int signals = open_signals(&blocked);
  modules_load();
  setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  char *base = read_file("/lib/berth/services", NULL);
  if (base) write_file(SERVICES_WISH, base, strlen(base));
  spawn_day0(&blocked);
  modules_load_late();
  services_read();
  serve(signals);
  return 1;
}

/* `shutdown -P|-r|-H +0 ...`, as QEMU's agent calls it. */
int shutdown_main(int count, char **words) {
  int number = SIGUSR2;
  for (int i = 1; i < count; i++) {
    if (!strcmp(words[i], "-r")) number = SIGTERM;
    if (!strcmp(words[i], "-H")) number = SIGUSR1;
  }
  return kill(1, number) != 0;
}
