"""Waits until the name WAIT_FOR resolves, for WAIT_SECONDS at most."""

import os
import socket
import sys
import time

name, seconds = os.environ["WAIT_FOR"], int(os.environ["WAIT_SECONDS"])
end = time.monotonic() + seconds
while True:
    try:
        print(f"wait: {name} is {socket.gethostbyname(name)}", flush=True)
        break
    except OSError as error:
        if time.monotonic() > end:
            sys.exit(f"wait: {name} has no address after {seconds} s ({error}); was the first pod scheduled?")
    time.sleep(2)
