"""CPU time to the nanosecond, of this process or another (clock_getcpuclockid(3))."""

import time


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used; what /proc shows is sampled, and misses sleepers."""
    return time.clock_gettime(~pid << 3 | 2)
