"""Verifies evidence from a query-audit trail: python3 verify.py FOLDER [PUBLIC-KEY], by Python 3.9 or newer alone.

For each of ``entries/*.json``: the head hashes to the leaf that the receipt names, sealed part and decisions are those
that the head names, and the path leads from the leaf to the root in ``checkpoint``, which the log signed (RFC 6962,
Ed25519). Where the key was replaced since it was published, ``successions/`` leads from it to the present one. Without
the key that the city published, ``log.vkey`` proves only that the folder agrees with itself. Ends with 0, 1 or 2.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

Point = tuple[int, int, int, int]
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


class Wrong(ValueError):
    """Something is not as the log signed it."""


def point(encoded: bytes) -> Point:
    """Read a point of the curve (RFC 8032, 5.1.3) as (X, Y, Z, T)."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise Wrong("a point is not on the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(one: Point, other: Point) -> Point:
    """Add two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, of: Point) -> Point:
    """Add a point to itself so many times."""
    total = (0, 1, 1, 0)
    while number:
        total, of, number = add(total, of) if number & 1 else total, add(of, of), number >> 1
    return total


def check_signature(key: bytes, message: bytes, signature: bytes) -> None:
    """Verify an Ed25519 signature (RFC 8032, 5.1.7)."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER:
        raise Wrong("a signature is not one")
    challenge = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    left, right = times(s, base), add(point(r), times(challenge, point(key)))
    if (left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P:
        raise Wrong("the checkpoint is not signed with this key")


def read_checkpoint(note: str, vkey: str) -> tuple[int, bytes, str]:
    """Give size, root and instant of a signed checkpoint (c2sp.org/tlog-checkpoint)."""
    name, key_hash, key = vkey.strip().split("+", 2)
    kind_and_key = base64.b64decode(key)
    if hashlib.sha256(name.encode() + b"\n" + kind_and_key).hexdigest()[:8] != key_hash or kind_and_key[:1] != b"\x01":
        raise Wrong("the public key is damaged, or not of Ed25519")
    text, _, lines = note.partition("\n\n")
    signed = [base64.b64decode(each.rpartition(" ")[2]) for each in lines.split("\n") if each.startswith(f"— {name} ")]
    ours = [each[4:] for each in signed if each[:4].hex() == key_hash]
    if not ours:
        raise Wrong(f"the checkpoint is not signed {'with this key, but with another of' if signed else 'by'} {name}")
    check_signature(kind_and_key[1:], (text + "\n").encode(), ours[0])
    size, root, *rest = text.removeprefix(name + "\n").split("\n")
    return int(size), base64.b64decode(root), " ".join(rest[:1])


def successor_of(vkey: str, note: str) -> str:
    """Give the key that took the place of this one, if a succession says so that both signed; else this one."""
    said = {each.split(" ")[0]: each.partition(" ")[2] for each in note.partition("\n\n")[0].splitlines()[3:]}
    if said.get("predecessor") != vkey or said.get("because") in ("STOLEN", "LOST"):
        return vkey
    _, (_, _, sealed) = read_checkpoint(note, vkey), read_checkpoint(note, said["successor"])
    print(f"the log's key was replaced ({sealed}, {said['because']}) by {said['successor']}")
    return said["successor"]


def root_from(hashed: str, leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Give the root that a path leads to (RFC 9162, 2.1.3.2)."""
    at, last, node = index, size - 1, leaf
    while path and last:
        each, right = path.pop(0), at & 1 or at == last
        node = hashlib.new(hashed, b"\x01" + (each + node if right else node + each)).digest()
        while right and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    if path or last or not 0 <= index < size:
        raise Wrong("the path does not fit this place in the log")
    return node


def check_entry(entry: dict[str, Any], size: int, root: bytes) -> None:
    """Verify one entry against the root that the log signed."""
    head, hashed = entry["head"].encode(), {"std": "sha256", "gm": "sm3"}[entry["suite"]]
    said, leaf = json.loads(head), hashlib.sha256(b"\x00" + head).hexdigest()
    if entry["receipt"] != f"{said['stream']}.{said['seq']}.{leaf}":
        raise Wrong("the head is not the one that the receipt names")
    if hashlib.sha256(base64.b64decode(entry["sealed"])).hexdigest() != said["sealed"]:
        raise Wrong("the sealed part is not the one that the head names")
    for at, rows in ((each, entry["shapes"][each]) for each in said["shapes"]):
        if hashlib.sha256(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()[:32] != at:
            raise Wrong(f"what was decided ({at}) {'was lost' if rows is None else 'is not what the head names'}")
    start, path = hashlib.new(hashed, b"\x00" + head).digest(), [bytes.fromhex(each) for each in entry["path"]]
    if root_from(hashed, start, entry["index"], size, path) != root:
        raise Wrong("the entry does not stand at this place of the log that was signed")


def main(folder: Path, published: str = "") -> int:
    """Verify a folder; print a line for each entry."""
    try:
        vkey, found = (published or (folder / "log.vkey").read_text("utf-8")).strip(), 0
        for path in sorted(folder.glob("successions/*")):
            vkey = successor_of(vkey, path.read_text("utf-8"))
        size, root, sealed = read_checkpoint((folder / "checkpoint").read_text("utf-8"), vkey)
        print(f"the log of {size} entries ({sealed}) is signed with {vkey}")
        entries = sorted((folder / "entries").glob("*.json"))
    except (ValueError, OSError) as wrong:
        print(f"WRONG the checkpoint: {wrong}")
        return 1
    for path in entries:
        try:
            check_entry(json.loads(path.read_text("utf-8")), size, root)
            print(f"right {path.name}")
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            found += 1
            print(f"WRONG {path.name}: {wrong}")
    print(f"{len(entries)} entries, {found} wrong" + ("" if published else "; compare the key with the published one"))
    return 1 if found or not entries else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir():
        print(__doc__)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
