"""
Keeps the engines of a killed sandbox: they end when their standard input does, and this process holds it open. It ends when nothing has
touched the file of the first argument for the seconds of the second one, and then removes the folders of the other arguments. Seconds in
which this machine sleeps do not count.
"""

import os
import shutil
import sys
import time

path, seconds, *folders = sys.argv[1:]
unchanged, last = 0, None
while unchanged < int(seconds):
    time.sleep(1)
    try:
        touched = os.stat(path).st_mtime_ns
    except FileNotFoundError:
        break
    unchanged, last = (unchanged + 1, last) if touched == last else (0, touched)
for folder in folders:
    shutil.rmtree(folder, ignore_errors=True)
