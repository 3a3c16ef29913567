"""A disk whose power can be cut: ext4 in a file, on a loop device. Needs root.

    with PowerDisk(folder, 128) as disk:
        …                      write below disk.path
        disk.cut()             nothing reaches the disk any more, not even the file system's journal
        …                      end whoever uses it
        disk.restore()         what was on the disk is mounted again

Cutting is ext4's own shutdown call without a flush of the journal: what only the cache held is gone.
"""

import fcntl
import os
import struct
import subprocess

from common import Failure

SHUTDOWN = 0x8004587D  # _IOR('X', 125, u32)
WITHOUT_JOURNAL_FLUSH = 2


def _run(*command):
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")


class PowerDisk:
    def __init__(self, folder, mebibytes):
        self.image, self.path = folder / "disk.img", folder / "disk"
        self.path.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(mebibytes << 20)
        _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1", self.image)

    def __enter__(self):
        self.restore()
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.path], check=False, capture_output=True)

    def cut(self):
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, struct.pack("I", WITHOUT_JOURNAL_FLUSH))
        finally:
            os.close(folder)

    def unmount(self):
        _run("umount", self.path)

    def restore(self):
        _run("mount", "-o", "loop", self.image, self.path)
        if os.path.ismount(self.path):
            return
        raise Failure("the disk is not mounted")
