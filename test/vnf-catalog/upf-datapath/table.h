/* What the table tests share. */
#ifndef UPF_TABLE_H
#define UPF_TABLE_H

#include <string.h>

#include "lab.h"

enum { OK = 0, SHOT = 2, REDIRECT = 7, UP = 0, DOWN = 1 };

extern struct lab lab;
extern struct frame in, out;
extern const struct inner up4, up6, down4, down6;

/* A new session in slot 0 whose UE has 10.60.0.1 and fd60:0:0:1::/64, TEID 0x11; rules as simple_session. */
void begin(struct dp_session *session);
void set(const struct dp_session *session, bool change);
void end(const struct dp_session *session);
/* What became of the last packet. */
void is(const char *what, unsigned direction, const char *wanted, int verdict, int wanted_verdict);
/* Sends `in` and compares. */
void sends(const char *what, unsigned link, unsigned direction, const char *wanted, int wanted_verdict);
void up(const char *what, const struct inner *inner, uint32_t teid, uint8_t qfi, const char *wanted);
void down(const char *what, const struct inner *inner, const char *wanted);
/* The inner packet in `out`, behind `before` octets, is this one. */
void carries(const char *what, const struct inner *inner, size_t before);
/* The next event; kind 0 when there is none. */
const struct dp_event *next_event(void);

void outer_tests(void);
void inner_tests(void);
void rule_tests(void);
void usage_tests(void);
void way_tests(void);
void live_tests(void);
void change_tests(void);
void table_tests(void);
void near_tests(void);

#endif
