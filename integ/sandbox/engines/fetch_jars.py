"""Fetches the jars of a lock file (`group:artifact:version sha256`) into one folder, through jgo, a Maven client.

The lock names every jar, so no dependency is resolved. Repositories and mirrors come from the user's own jgo configuration.
Usage: fetch_jars.py <lock file> <folder for the download> <folder for the jars>
"""

import hashlib
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.maven import MavenContext


def fetch(context, jars, line):
    coordinate, expected = line.split()
    group, artifact, version = coordinate.split(":")
    path = context.project(group, artifact).at_version(version).artifact().resolve()
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != expected:
        raise SystemExit(f"{coordinate} has the SHA-256 {actual}, the lock file says {expected}")
    shutil.move(path, jars / path.name)


def main():
    lock, downloads, jars = (Path(argument) for argument in sys.argv[1:])
    jars.mkdir(parents=True, exist_ok=True)
    lines = [line for line in lock.read_text().splitlines() if line and not line.startswith("#")]
    repositories = GlobalSettings.load().repositories or None
    context = MavenContext(repo_cache=downloads, remote_repos=repositories, timeout=60)
    with ThreadPoolExecutor(8) as pool:
        fetches = [pool.submit(fetch, context, jars, line) for line in lines]
        for number, done in enumerate(as_completed(fetches), 1):
            done.result()
            if number % 20 == 0 or number == len(lines):
                print(f"{number} of {len(lines)} jars", flush=True)
    shutil.rmtree(downloads, ignore_errors=True)


main()
