"""A machine that fails when it is told to: found by every Python that has this folder on its path.

BROKEN = "NAME:NUMBER:ERRNO": from call NUMBER on, `os.NAME` fails so once. CLOCK = SECONDS: the clock jumps back by so much
again and again.
"""

import os
import time

if wanted := os.environ.get("BROKEN"):
    name, number, code = wanted.split(":")
    real, calls = getattr(os, name), [0]

    def failing(*given, **more):
        writes = name != "open" or (given[1] if len(given) > 1 else 0) & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)
        calls[0] += bool(writes)
        if writes and calls[0] == int(number):
            raise OSError(int(code), os.strerror(int(code)), given[0] if isinstance(given[0], str) else str(given[0]))
        return real(*given, **more)

    setattr(os, name, failing)

if back := os.environ.get("CLOCK"):
    moment, asked = time.time, [0]

    def unsteady():
        asked[0] += 1
        return moment() - float(back) * (asked[0] // 20)

    time.time = unsteady
