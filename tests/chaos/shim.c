/* Loaded before libc into PostgreSQL or a gateway: a disk that is slow, broken or full, and a clock that is wrong.
 * What it does is read from a file of four numbers that the run writes and that is mapped into every process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct said {
    long long flush_us;    /* how long a flush takes more */
    long long flush_error; /* with which error it fails */
    long long is_full;     /* whether no file may grow */
    long long clock_s;     /* how far the wall clock is off */
};

static struct said nothing;
static volatile struct said *said = &nothing;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_SAID");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped = file < 0 ? MAP_FAILED : mmap(0, sizeof(struct said), PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) said = mapped;
    if (file >= 0) close(file);
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int flushes(void) {
    if (said->flush_us) {
        struct timespec more = {said->flush_us / 1000000, said->flush_us % 1000000 * 1000};
        nanosleep(&more, 0);
    }
    if (said->flush_error) errno = (int)said->flush_error;
    return said->flush_error == 0;
}

int fsync(int file) { REAL(fsync); return flushes() ? real(file) : -1; }
int fdatasync(int file) { REAL(fdatasync); return flushes() ? real(file) : -1; }

/* A full disk refuses what makes a file longer; what is there already can be written over. */
static int fits(int file, off_t from, size_t bytes) {
    struct stat now;
    if (!said->is_full || file <= 2 || fstat(file, &now) || !S_ISREG(now.st_mode)) return 1;
    if (from < 0) from = lseek(file, 0, SEEK_CUR);
    if (from + (off_t)bytes <= now.st_size) return 1;
    errno = ENOSPC;
    return 0;
}

static size_t size_of(const struct iovec *parts, int count) {
    size_t bytes = 0;
    while (count-- > 0) bytes += parts[count].iov_len;
    return bytes;
}

ssize_t write(int file, const void *from, size_t n) { REAL(write); return fits(file, -1, n) ? real(file, from, n) : -1; }
ssize_t pwrite(int file, const void *from, size_t n, off_t at) {
    REAL(pwrite);
    return fits(file, at, n) ? real(file, from, n, at) : -1;
}
ssize_t pwrite64(int file, const void *from, size_t n, off_t at) {
    REAL(pwrite64);
    return fits(file, at, n) ? real(file, from, n, at) : -1;
}
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    REAL(pwritev);
    return fits(file, at, size_of(parts, count)) ? real(file, parts, count, at) : -1;
}
ssize_t pwritev64(int file, const struct iovec *parts, int count, off_t at) {
    REAL(pwritev64);
    return fits(file, at, size_of(parts, count)) ? real(file, parts, count, at) : -1;
}
int posix_fallocate(int file, off_t at, off_t n) {
    REAL(posix_fallocate);
    return fits(file, at, n) ? real(file, at, n) : ENOSPC;
}
int posix_fallocate64(int file, off_t at, off_t n) {
    REAL(posix_fallocate64);
    return fits(file, at, n) ? real(file, at, n) : ENOSPC;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += said->clock_s;
    return failed;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(gettimeofday);
    int failed = real(now, zone);
    if (!failed) now->tv_sec += said->clock_s;
    return failed;
}
time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}
