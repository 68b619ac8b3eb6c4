"""A file system that answers late, when it is told to: a folder shown through FUSE, as a network mount would be.

Started as a process of its own by :mod:`evidence.slow_disk`, which mounts what it serves. It speaks the kernel's protocol
(``linux/fuse.h``, version 7.31) without a library, one request after the other; nothing that it says may be kept by the kernel, so every
call asks it. The first request after the byte ``ARMED`` was set is answered late.
"""

from __future__ import annotations

import errno
import mmap
import os
import stat
import struct
import sys
import threading
import time
from pathlib import Path

ARMED, REACHED = 0, 1
"""Bytes of the file shared with the process that makes the measured calls: "be late once", and "someone asked meanwhile"."""

ROOT = 1
LARGEST = 1 << 17
"""Bytes of one write."""

BIG_WRITES = 1 << 5
DIRECT_IO = 1
MAPPED = (".mapped", "-shm")
"""How names of files end that the kernel may keep in memory: what is mapped must be, as SQLite does with its shared index."""

HEAD = struct.Struct("<IIQQIIII")
ATTRIBUTES = struct.Struct("<6Q10I")
UNANSWERED = {2, 36, 42}  # FORGET, INTERRUPT, BATCH_FORGET
FREE = UNANSWERED | {18, 26, 29}  # RELEASE, INIT, RELEASEDIR: nobody waits for them

MODE, UID, GID, SIZE, ATIME, MTIME = 1, 2, 4, 8, 16, 32
"""What SETATTR is to set."""


class FileSystem:
    """Answers requests about the folder ``root``; a method per kind of request, which gets its body."""

    def __init__(self, root: str) -> None:
        self.paths = {ROOT: root}
        self.nodes = {root: ROOT}
        self.last = ROOT
        self.opened: dict[int, int] = {}
        """Node → a descriptor that outlives the name."""
        self.requests = {
            1: self.lookup, 3: self.getattr, 4: self.setattr, 5: self.readlink, 6: self.symlink, 8: self.mknod, 9: self.mkdir,
            10: self.unlink, 11: self.rmdir, 12: self.rename, 13: self.link, 14: self.open, 15: self.read, 16: self.write,
            17: self.statfs, 18: self.release, 20: self.fsync, 21: self.setxattr, 22: self.getxattr, 23: self.listxattr,
            24: self.removexattr, 25: self.nothing, 26: self.init, 27: self.opendir, 28: self.readdir, 29: self.nothing,
            30: self.nothing, 34: self.access, 35: self.create, 38: self.nothing, 43: self.fallocate, 45: self.rename2,
            47: self.copy_file_range,
        }  # fmt: skip

    def answer(self, kind: int, node: int, body: bytes) -> tuple[int, bytes]:
        """Error number and body of the answer."""
        request = self.requests.get(kind)
        if request is None:
            return errno.ENOSYS, b""
        try:
            return 0, request(node, body)
        except OSError as error:
            return error.errno or errno.EIO, b""
        except KeyError:
            return errno.ENOENT, b""

    def nothing(self, node: int, body: bytes) -> bytes:
        return b""

    def init(self, node: int, body: bytes) -> bytes:
        return struct.pack("<4I2H2I2H8I", 7, 31, 0, BIG_WRITES, 16, 12, LARGEST, 1, 32, *([0] * 9))

    def lookup(self, node: int, body: bytes) -> bytes:
        return self._entry(self._child(node, body))

    def getattr(self, node: int, body: bytes) -> bytes:
        return struct.pack("<QII", 0, 0, 0) + self._attributes(node)

    def setattr(self, node: int, body: bytes) -> bytes:
        what, _, _, size, _, atime, mtime, _, atime_ns, mtime_ns, _, mode, _, uid, gid, _ = struct.unpack(
            "<2I6Q3I5I", body[:88]
        )
        path = self.paths[node]
        if what & MODE:
            os.chmod(path, stat.S_IMODE(mode))
        if what & (UID | GID):
            os.chown(path, uid if what & UID else -1, gid if what & GID else -1, follow_symlinks=False)
        if what & SIZE:
            os.truncate(path if os.path.lexists(path) else self.opened[node], size)
        if what & (ATIME | MTIME):
            times = atime * 10**9 + atime_ns, mtime * 10**9 + mtime_ns
            os.utime(path, ns=times, follow_symlinks=False)
        return self.getattr(node, b"")

    def readlink(self, node: int, body: bytes) -> bytes:
        return os.fsencode(os.readlink(self.paths[node]))

    def symlink(self, node: int, body: bytes) -> bytes:
        name, target = body.split(b"\0")[:2]
        path = self._child(node, name)
        os.symlink(os.fsdecode(target), path)
        return self._entry(path)

    def mknod(self, node: int, body: bytes) -> bytes:
        mode, device = struct.unpack("<II", body[:8])
        path = self._child(node, body[16:])
        os.mknod(path, mode, device)
        return self._entry(path)

    def mkdir(self, node: int, body: bytes) -> bytes:
        path = self._child(node, body[8:])
        os.mkdir(path, struct.unpack("<I", body[:4])[0])
        return self._entry(path)

    def unlink(self, node: int, body: bytes) -> bytes:
        path = self._child(node, body)
        os.unlink(path)
        self.nodes.pop(path, None)
        return b""

    def rmdir(self, node: int, body: bytes) -> bytes:
        path = self._child(node, body)
        os.rmdir(path)
        self.nodes.pop(path, None)
        return b""

    def rename(self, node: int, body: bytes, names: int = 8) -> bytes:
        before, after = body[names:].split(b"\0")[:2]
        old, new = self._child(node, before), self._child(struct.unpack("<Q", body[:8])[0], after)
        os.rename(old, new)
        self.nodes.pop(new, None)
        for path, known in list(self.nodes.items()):
            if path == old or path.startswith(f"{old}/"):
                moved = new + path[len(old) :]
                self.nodes[moved] = self.nodes.pop(path)
                self.paths[known] = moved
        return b""

    def rename2(self, node: int, body: bytes) -> bytes:
        return self.rename(node, body, 16)

    def link(self, node: int, body: bytes) -> bytes:
        path = self._child(node, body[8:])
        os.link(self.paths[struct.unpack("<Q", body[:8])[0]], path)
        return self._entry(path)

    def open(self, node: int, body: bytes) -> bytes:
        flags = struct.unpack("<I", body[:4])[0] & ~(os.O_APPEND | os.O_CREAT | os.O_EXCL | getattr(os, "O_DIRECT", 0))
        self.opened[node] = os.open(self.paths[node], flags)
        return self._handle(node)

    def create(self, node: int, body: bytes) -> bytes:
        _, mode = struct.unpack("<II", body[:8])
        path = self._child(node, body[16:])
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, stat.S_IMODE(mode))
        entry = self._entry(path)
        self.opened[self.nodes[path]] = descriptor
        return entry + self._handle(self.nodes[path])

    def read(self, node: int, body: bytes) -> bytes:
        handle, offset, size = struct.unpack("<QQI", body[:20])
        return os.pread(handle, size, offset)

    def write(self, node: int, body: bytes) -> bytes:
        handle, offset, size = struct.unpack("<QQI", body[:20])
        return struct.pack("<II", os.pwrite(handle, body[40 : 40 + size], offset), 0)

    def release(self, node: int, body: bytes) -> bytes:
        handle = struct.unpack("<Q", body[:8])[0]
        if self.opened.get(node) == handle:
            del self.opened[node]
        os.close(handle)
        return b""

    def fsync(self, node: int, body: bytes) -> bytes:
        os.fsync(struct.unpack("<Q", body[:8])[0])
        return b""

    def fallocate(self, node: int, body: bytes) -> bytes:
        handle, offset, length = struct.unpack("<QQQ", body[:24])
        os.posix_fallocate(handle, offset, length)
        return b""

    def copy_file_range(self, node: int, body: bytes) -> bytes:
        source, source_offset, _, target, target_offset, size, _ = struct.unpack("<7Q", body)
        return struct.pack("<II", os.pwrite(target, os.pread(source, size, source_offset), target_offset), 0)

    def statfs(self, node: int, body: bytes) -> bytes:
        found = os.statvfs(self.paths[node])
        counts = found.f_blocks, found.f_bfree, found.f_bavail, found.f_files, found.f_ffree
        return struct.pack("<5Q10I", *counts, found.f_bsize, found.f_namemax, found.f_frsize, *([0] * 7))

    def setxattr(self, node: int, body: bytes) -> bytes:
        size, flags = struct.unpack("<II", body[:8])
        name, value = body[8:].split(b"\0", 1)
        os.setxattr(self.paths[node], name, value[:size], flags, follow_symlinks=False)
        return b""

    def getxattr(self, node: int, body: bytes) -> bytes:
        return self._sized(body, os.getxattr(self.paths[node], body[8:].rstrip(b"\0"), follow_symlinks=False))

    def listxattr(self, node: int, body: bytes) -> bytes:
        names = os.listxattr(self.paths[node], follow_symlinks=False)
        return self._sized(body, b"".join(os.fsencode(name) + b"\0" for name in names))

    def removexattr(self, node: int, body: bytes) -> bytes:
        os.removexattr(self.paths[node], body.rstrip(b"\0"), follow_symlinks=False)
        return b""

    def opendir(self, node: int, body: bytes) -> bytes:
        return struct.pack("<QII", 0, 0, 0)

    def readdir(self, node: int, body: bytes) -> bytes:
        _, offset, size = struct.unpack("<QQI", body[:20])
        found = b""
        entries = sorted(os.scandir(self.paths[node]), key=lambda entry: entry.name)
        for index, entry in enumerate(entries[offset:], offset + 1):
            name = os.fsencode(entry.name)
            mode = entry.stat(follow_symlinks=False).st_mode >> 12
            row = struct.pack("<QQII", entry.inode(), index, len(name), mode) + name
            row += b"\0" * (-len(row) % 8)
            if len(found) + len(row) > size:
                break
            found += row
        return found

    def access(self, node: int, body: bytes) -> bytes:
        if not os.access(self.paths[node], struct.unpack("<I", body[:4])[0]):
            raise PermissionError(errno.EACCES, "")
        return b""

    def _child(self, node: int, name: bytes) -> str:
        return os.path.join(self.paths[node], os.fsdecode(name.split(b"\0")[0]))

    def _entry(self, path: str) -> bytes:
        os.lstat(path)
        if path not in self.nodes:
            self.last += 1
            self.nodes[path], self.paths[self.last] = self.last, path
        return struct.pack("<4Q2I", self.nodes[path], 0, 0, 0, 0, 0) + self._attributes(self.nodes[path])

    def _attributes(self, node: int) -> bytes:
        path = self.paths[node]
        found = os.fstat(self.opened[node]) if node in self.opened else os.lstat(path)
        times = found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns
        return ATTRIBUTES.pack(
            found.st_ino, found.st_size, found.st_blocks, *(time // 10**9 for time in times), *(time % 10**9 for time in times),
            found.st_mode, found.st_nlink, found.st_uid, found.st_gid, found.st_rdev, 4096, 0,
        )  # fmt: skip

    def _handle(self, node: int) -> bytes:
        flags = 0 if self.paths[node].endswith(MAPPED) else DIRECT_IO
        return struct.pack("<QII", self.opened[node], flags, 0)

    def _sized(self, body: bytes, found: bytes) -> bytes:
        wanted = struct.unpack("<I", body[:4])[0]
        if wanted == 0:
            return struct.pack("<II", len(found), 0)
        if wanted < len(found):
            raise OSError(errno.ERANGE, "")
        return found


def serve(device: int, root: str, shared: mmap.mmap, delay: float) -> None:
    """Answer requests until the file system is unmounted. ``device``: descriptor of ``/dev/fuse``. ``delay``: seconds."""
    files = FileSystem(root)
    while True:
        try:
            request = os.read(device, LARGEST + 4096)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR, errno.EAGAIN):
                continue
            return
        _, kind, unique, node, *_ = HEAD.unpack(request[: HEAD.size])
        if kind in UNANSWERED:
            continue
        if shared[ARMED] and kind not in FREE:
            shared[ARMED], shared[REACHED] = 0, 1
            time.sleep(delay)
        error, answer = files.answer(kind, node, request[HEAD.size :])
        try:
            os.write(device, struct.pack("<IiQ", 16 + len(answer), -error, unique) + answer)
        except OSError as gone:
            if gone.errno != errno.ENOENT:  # Whoever asked was interrupted.
                raise


def end_with_parent() -> None:
    """Leave when standard input ends: the process that mounted the file system is gone."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    with Path(sys.argv[3]).open("r+b") as control:
        serve(int(sys.argv[1]), sys.argv[2], mmap.mmap(control.fileno(), 2), float(sys.argv[4]))
