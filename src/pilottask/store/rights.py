"""Who may read and write a file that takes the place of another, or stands beside it.

Each right is kept as far as the system lets its writer keep it, and nobody gets one that he had not.
"""

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
_ACCESS_LIST: Final = "system.posix_acl_access"
"""Where Linux keeps a file's access list (ACL): a version, then entries of tag, rights and id."""
_VERSION_BYTES: Final = 4
_ENTRY: Final = struct.Struct("<HHI")
_OWNER, _USER, _GROUP, _NAMED_GROUP, _OTHERS = 1, 2, 4, 8, 32
_NOBODY: Final = 0xFFFFFFFF
"""The id of an entry that names none."""


def take(descriptor: int, like: Path | None, *, least: int = 0) -> None:
    """Give an open file or folder of ours the owner, group and rights of the file `like`; private where there is none.

    What the system refuses stays as it is, which for a file just made is private. Who may read the file may look into
    the folder. `least` is what its owner may do whatever it is like. Raises OSError where `like` cannot be looked at.
    """
    if not hasattr(os, "fchmod"):  # Windows before Python 3.13
        return
    now = os.fstat(descriptor)
    folder = stat.S_ISDIR(now.st_mode)
    try:
        was = None if like is None else like.stat()
    except FileNotFoundError:
        was = None
    if like is None or was is None:
        wanted = PRIVATE_FOLDER if folder else PRIVATE
        if wanted & ~now.st_mode:  # the umask took from it
            _set_mode(descriptor, wanted)
        return
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        _give(descriptor, was)
        now = os.fstat(descriptor)
    listed = _access_list(like)
    if listed and _set_access_list(descriptor, sorted(_translate(listed, was, now, folder=folder))):
        return
    mode = stat.S_IMODE(was.st_mode)
    if listed or now.st_gid != was.st_gid:  # the group's are those of a mask, or of another group: it is as all others
        mode = mode & ~stat.S_IRWXG | mode & (mode & stat.S_IRWXO) << 3
    mode |= least | ((mode & 0o444) >> 2 if folder else 0)
    _set_access_list(descriptor, [])  # one that came from the folder
    if mode != stat.S_IMODE(now.st_mode):
        _set_mode(descriptor, mode)


def _set_mode(descriptor: int, mode: int) -> None:
    with suppress(OSError):  # refused on a stick in FAT, and not needed there
        os.fchmod(descriptor, mode)


def _give(descriptor: int, was: os.stat_result) -> None:
    """Give a file away, which root alone can; or to another group, which its owner can who is in it."""
    for owner in (was.st_uid, -1):
        with suppress(OSError):
            os.fchown(descriptor, owner, was.st_gid)
            return


def _access_list(path: Path) -> list[tuple[int, int, int]]:
    """Return the entries of a file's access list, none where it has none."""
    if not hasattr(os, "getxattr"):
        return []
    try:
        return list(_ENTRY.iter_unpack(os.getxattr(path, _ACCESS_LIST)[_VERSION_BYTES:]))
    except (OSError, struct.error):
        return []


def _set_access_list(descriptor: int, entries: list[tuple[int, int, int]]) -> bool:
    """Give an open file this access list, or take away its own; return whether that was done."""
    if not hasattr(os, "setxattr"):
        return False
    try:
        if entries:
            packed = b"".join(_ENTRY.pack(*entry) for entry in entries)
            os.setxattr(descriptor, _ACCESS_LIST, struct.pack("<I", 2) + packed)
        else:
            os.removexattr(descriptor, _ACCESS_LIST)
    except OSError:
        return False
    return True


def _translate(
    listed: list[tuple[int, int, int]], was: os.stat_result, now: os.stat_result, *, folder: bool
) -> Iterator[tuple[int, int, int]]:
    """Yield the entries of an access list, those of an owner and a group that could not be kept under their names."""
    rights = {tag: right for tag, right, named in listed if named == _NOBODY}
    named = {(tag, number) for tag, _right, number in listed}
    if now.st_uid != was.st_uid and (_USER, was.st_uid) not in named:
        listed = [*listed, (_USER, rights[_OWNER], was.st_uid)]
    if now.st_gid != was.st_gid and (_NAMED_GROUP, was.st_gid) not in named:
        listed = [*listed, (_NAMED_GROUP, rights[_GROUP], was.st_gid)]
    for tag, right, number in listed:
        kept = rights[_GROUP] & rights[_OTHERS] if tag == _GROUP and now.st_gid != was.st_gid else right
        yield tag, kept | kept >> 2 if folder else kept, number
