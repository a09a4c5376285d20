#!/usr/bin/env python3
"""Makes the golden vectors of the ledger a second time, sharing nothing with the Rust code but the contract.

    make.py           writes the files beside itself
    make.py --print   prints all of them as one JSON object, file name to content

Values are written {"int": 5}, {"text": "…"}, {"bytes": hex}, {"bool": true}, {"decimal": [mantissa, exponent]},
{"zeros": number of zero bytes}, {"day": "2026-01-31"}, {"instant": "…Z"}, {"list": […]}, {"map": {…}}, null. A path is a list of names and
indices, a blank's [null, number]. Only hashlib, hmac and struct do the work: the CBOR, Ed25519 and XChaCha20-Poly1305 are below.
"""
import base64, hashlib, hmac, json, os, struct, sys

# --- CBOR (RFC 8949, section 4.2.1) -------------------------------------------------------------------------

def head(major, n):
    if n < 24: return bytes([major << 5 | n])
    for info, fmt in ((24, ">B"), (25, ">H"), (26, ">I"), (27, ">Q")):
        if n < 1 << 8 * struct.calcsize(fmt):
            return bytes([major << 5 | info]) + struct.pack(fmt, n)

def num(n): return head(0, n) if n >= 0 else head(1, -1 - n)
def raw(b): return head(2, len(b)) + b
def text(s): return head(3, len(s.encode())) + s.encode()
def items(encoded): return head(4, len(encoded)) + b"".join(encoded)

def cbor(value):
    if value is None: return b"\xf6"
    (kind, v), = value.items()
    if kind == "int": return num(v)
    if kind == "text": return text(v)
    if kind == "bytes": return raw(bytes.fromhex(v))
    if kind == "zeros": return raw(bytes(v))
    if kind == "bool": return b"\xf5" if v else b"\xf4"
    if kind == "decimal": return head(6, 4) + items([num(v[1]), num(v[0])])
    if kind == "day": return head(6, 1004) + text(v)
    if kind == "instant": return head(6, 0) + text(v)
    if kind == "list": return items([cbor(x) for x in v])
    if kind == "map":
        pairs = sorted((text(k), cbor(x)) for k, x in v.items())
        return head(5, len(pairs)) + b"".join(k + x for k, x in pairs)
    raise ValueError(kind)

def path(steps):
    return items([b"\xf6" if s is None else num(s) if isinstance(s, int) else text(s) for s in steps])

# --- Hashes, fields, trees ----------------------------------------------------------------------------------

def H(*parts): return hashlib.sha256(b"".join(parts)).digest()
def salt(seed, tag, p): return hmac.new(seed, tag + p, hashlib.sha256).digest()[:16]
def field(tag, s, p, v): return H(b"\0", tag, s, struct.pack(">H", len(p)), p, v)
def node(l, r): return H(b"\1", l, r)

def split(n):
    k = 1
    while 2 * k < n: k *= 2
    return k

def root(leaves):
    if not leaves: return H()
    if len(leaves) == 1: return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))

def frontier(leaves):
    out, at = struct.pack(">Q", len(leaves)), 0
    for bit in reversed(range(64)):
        if len(leaves) >> bit & 1:
            out += root(leaves[at:at + (1 << bit)]); at += 1 << bit
    return out

def inclusion(leaves, i):
    if len(leaves) == 1: return []
    k = split(len(leaves))
    if i < k: return inclusion(leaves[:k], i) + [root(leaves[k:])]
    return inclusion(leaves[k:], i - k) + [root(leaves[:k])]

def consistency(leaves, m, known=True):
    if m == len(leaves): return [] if known else [root(leaves)]
    k = split(len(leaves))
    if m <= k: return consistency(leaves[:k], m, known) + [root(leaves[k:])]
    return consistency(leaves[k:], m - k, False) + [root(leaves[:k])]

class Tree:
    """A tree of fields: leaves are (path, value) as CBOR."""
    def __init__(self, tag, seed, leaves):
        self.tag, self.seed, self.leaves = tag, seed, leaves
        self.salts = [salt(seed, tag, p) for p, _ in leaves]
        self.hashes = [field(tag, s, p, v) for s, (p, v) in zip(self.salts, leaves)]
        self.root = root(self.hashes)
    def stored(self): return items([items([p, v]) for p, v in self.leaves])
    def opened(self, shown):
        out, at, n = [], 0, len(self.leaves)
        while at < n:
            if at in shown:
                out.append(items([*self.leaves[at], raw(self.salts[at])])); at += 1; continue
            level = 0
            while at % (2 << level) == 0 and at + (2 << level) <= n and not shown & set(range(at, at + (2 << level))):
                level += 1
            out.append(items([num(level), raw(root(self.hashes[at:at + (1 << level)]))])); at += 1 << level
        return items(out)

def by_hash(tag, seed, leaves):
    return sorted(leaves, key=lambda leaf: field(tag, salt(seed, tag, leaf[0]), *leaf))

def blanks(have, least, others):
    want = least
    while want < have + others: want *= 2
    return [(path([None, j]), b"\xf6") for j in range(want - have - others)]

def header_tree(seed, values):
    return Tree(b"qyh1", seed, [(path([n]), cbor(v)) for n, v in enumerate(values)])

def body_tree(seed, fields, pad):
    leaves = [(path(p), cbor(v)) for p, v in fields]
    if pad: leaves += blanks(len(leaves), 8, 1)
    leaves = by_hash(b"qyb1", seed, leaves)
    shape = items([b"\xf6" if p[:2] == b"\x82\xf6" else p for p, _ in leaves])
    return Tree(b"qyb1", seed, [(path([]), shape)] + leaves)

def routes_tree(seed, routes):
    leaves = [(path([s]), num(q)) for s, q in routes]
    return Tree(b"qyr1", seed, by_hash(b"qyr1", seed, leaves + blanks(len(leaves), 4, 0)))

def entry(at, idx, h, b, r): return b"qye1" + struct.pack(">QQ", at, idx) + h + b + r
def leaf_data(e): return b"\1" + H(e)
def leaf_hash(data): return H(b"\0", data)

# --- Ed25519 (RFC 8032), notes, checkpoints -----------------------------------------------------------------

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def add(a, b):
    A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    C, E = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return e * f % P, g * h % P, f * g % P, e * h % P
def mul(n, a):
    out = (0, 1, 1, 0)
    while n:
        if n & 1: out = add(out, a)
        a, n = add(a, a), n >> 1
    return out
BY = 4 * pow(5, P - 2, P) % P
BX = pow((BY * BY - 1) * pow(D * BY * BY + 1, P - 2, P), (P + 3) // 8, P)
if (BX * BX * (D * BY * BY + 1) - (BY * BY - 1)) % P: BX = BX * pow(2, (P - 1) // 4, P) % P
if BX & 1: BX = P - BX
BASE = (BX, BY, 1, BX * BY % P)
def packed(a):
    z = pow(a[2], P - 2, P)
    return (a[1] * z % P | (a[0] * z % P & 1) << 255).to_bytes(32, "little")
def secret(key):
    h = hashlib.sha512(key).digest()
    return (int.from_bytes(h[:32], "little") & (1 << 254) - 8) | 1 << 254, h[32:]
def public(key): return packed(mul(secret(key)[0], BASE))
def sign(key, message):
    def number(*parts): return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % Q
    a, prefix = secret(key)
    r = number(prefix, message)
    R = packed(mul(r, BASE))
    return R + ((r + number(R, public(key), message) * a) % Q).to_bytes(32, "little")

def b64(b): return base64.b64encode(b).decode()
def key_id(name, kind, key): return H(name.encode(), b"\n", bytes([kind]), public(key))[:4]
def vkey(name, kind, key): return f"{name}+{key_id(name, kind, key).hex()}+{b64(bytes([kind]) + public(key))}"
def checkpoint_text(origin, size, r): return f"{origin}\n{size}\n{b64(r)}\n"
def signature(name, key, body): return f"— {name} {b64(key_id(name, 1, key) + sign(key, body.encode()))}\n"
def cosignature(name, key, time, body):
    signed = sign(key, f"cosignature/v1\ntime {time}\n{body}".encode())
    return f"— {name} {b64(key_id(name, 4, key) + struct.pack('>Q', time) + signed)}\n"

# --- XChaCha20-Poly1305 (RFC 8439; draft-irtf-cfrg-xchacha section 2) ------------------------------------------

def words(b): return list(struct.unpack(f"<{len(b) // 4}I", b))
def rounds(state):
    s = state[:]
    def quarter(a, b, c, d):
        for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xffffffff
            s[z] ^= s[x]
            s[z] = (s[z] << n | s[z] >> 32 - n) & 0xffffffff
    for _ in range(10):
        for i in range(4): quarter(i, i + 4, i + 8, i + 12)
        for i in range(4): quarter(i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12)
    return s
SIGMA = words(b"expand 32-byte k")
def chacha(key, nonce, counter, message):
    out = b""
    for at in range(0, len(message), 64):
        state = SIGMA + words(key) + [counter + at // 64] + words(nonce)
        stream = struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(state, rounds(state))))
        out += bytes(x ^ y for x, y in zip(message[at:at + 64], stream))
    return out
def poly1305(key, message):
    r, s, a = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff, int.from_bytes(key[16:], "little"), 0
    for at in range(0, len(message), 16):
        a = (a + int.from_bytes(message[at:at + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((a + s) % 2**128).to_bytes(16, "little")
def padded(b): return b + bytes(-len(b) % 16)
def xseal(key, nonce, aad, message):
    s = rounds(SIGMA + words(key) + words(nonce[:16]))
    sub, short = struct.pack("<8I", *s[:4], *s[12:]), bytes(4) + nonce[16:]
    sealed = chacha(sub, short, 1, message)
    mac = poly1305(chacha(sub, short, 0, bytes(32)), padded(aad) + padded(sealed) + struct.pack("<QQ", len(aad), len(sealed)))
    return sealed + mac
def sealed_body(key, nonce, at, act, tree_root, sheet, seed):
    aad = struct.pack(">Q", at) + act.to_bytes(16, "big") + b"qyb1"
    inside = items([raw(sheet), raw(seed) if seed else b"\xf6"])
    return items([raw(tree_root), raw(nonce + xseal(key, nonce, aad, inside))])

# --- Inputs -------------------------------------------------------------------------------------------------

SEED_H, SEED_B = bytes(range(32)), bytes(range(100, 132))
def T(s): return {"text": s}
def I(n): return {"int": n}
def uid(n): return {"bytes": n.to_bytes(16, "big").hex()}

VALUES = [
    ("zero", I(0)), ("23", I(23)), ("24", I(24)), ("255", I(255)), ("256", I(256)), ("65535", I(65535)),
    ("65536", I(65536)), ("2^32-1", I(2**32 - 1)), ("2^32", I(2**32)), ("greatest", I(2**63 - 1)), ("-1", I(-1)),
    ("-24", I(-24)), ("-25", I(-25)), ("least", I(-2**63)), ("false", {"bool": False}), ("true", {"bool": True}),
    ("empty text", T("")), ("Chinese text", T("县级以上人民政府")), ("not normalised", T("e\u0301 \uf900")),
    ("beyond the basic plane", T("𠮷")), ("24 bytes of text", T("a" * 24)), ("256 bytes of text", T("b" * 256)),
    ("no bytes", {"bytes": ""}), ("bytes", {"bytes": "00ff10"}), ("decimal zero", {"decimal": [0, 0]}),
    ("12.5", {"decimal": [125, -1]}), ("-0.01", {"decimal": [-1, -2]}), ("3 million", {"decimal": [3, 6]}),
    ("greatest mantissa", {"decimal": [2**63 - 1, -8]}), ("least mantissa", {"decimal": [-2**63, 127]}),
    ("least exponent", {"decimal": [1, -128]}), ("day", {"day": "2026-01-31"}), ("leap day", {"day": "2000-02-29"}),
    ("first day", {"day": "0000-01-01"}), ("last day", {"day": "9999-12-31"}),
    ("instant", {"instant": "2026-01-31T08:00:00.000Z"}), ("before 1970", {"instant": "1969-12-31T23:59:59.999Z"}),
    ("empty list", {"list": []}), ("empty map", {"map": {}}), ("list", {"list": [I(1), T("二"), {"list": []}]}),
    ("keys by length, then bytes", {"map": {"b": I(1), "aa": I(2), "a": I(3), "": I(4), "名": I(5)}}),
]
REFUSED = [
    ("nothing", "", "truncated"), ("one byte too many", "0000", "trailing"), ("0 in two bytes", "1800", "not_shortest"),
    ("255 in three", "1900ff", "not_shortest"), ("65535 in five", "1a0000ffff", "not_shortest"),
    ("2^32-1 in nine", "1b00000000ffffffff", "not_shortest"), ("length in two bytes", "780161", "not_shortest"),
    ("text without end", "7f6161ff", "indefinite"), ("bytes without end", "5f4101ff", "indefinite"),
    ("list without end", "9f01ff", "indefinite"), ("map without end", "bf616101ff", "indefinite"), ("break", "ff", "indefinite"),
    ("reserved head", "1c", "reserved"), ("half float", "f93c00", "float"), ("minus zero", "f98000", "float"),
    ("double", "fb3ff0000000000000", "float"), ("not a number", "f97e00", "float"), ("undefined", "f7", "simple"),
    ("simple 16", "f0", "simple"), ("simple in two bytes", "f820", "simple"), ("null", "f6", "null"), ("null in a list", "81f6", "null"),
    ("2^63", "1b8000000000000000", "int_range"), ("-2^63-1", "3b8000000000000000", "int_range"),
    ("text not UTF-8", "61ff", "utf8"), ("surrogate", "63eda080", "utf8"), ("text cut off", "6261", "truncated"), ("list cut off", "8201", "truncated"),
    ("key a number", "a10101", "key_not_text"), ("key bytes", "a1416101", "key_not_text"), ("keys out of order", "a2616201616102", "key_order"),
    ("longer key first", "a262616101616202", "key_order"), ("key twice", "a2616101616102", "key_twice"),
    ("bignum", "c24101", "unknown_tag"), ("epoch time", "c11a00000000", "unknown_tag"), ("tag of no use", "d9d9f700", "unknown_tag"),
    ("tag 4 in two bytes", "d804820001", "not_shortest"), ("10 x 10^-1", "c482200a", "decimal_ten"), ("0 x 10^-1", "c4822000", "decimal_zero"),
    ("decimal of three", "c483000101", "decimal_form"), ("decimal of texts", "c48261306131", "decimal_form"),
    ("decimal with a bignum", "c48200c24101", "decimal_form"), ("exponent 128", "c482188001", "decimal_range"),
    ("day with a time", "d903ec74323032362d30312d33315430303a30303a30305a", "day_form"), ("no such day", "d903ec6a323032362d30322d3239", "day_form"),
    ("day in another form", "d903ec68323032363031333" + "1", "day_form"), ("day as days", "d903ec19ffff", "day_form"),
    ("instant without decimals", "c074323032362d30312d33315430303a30303a30305a", "instant_form"),
    ("leap second", "c07818323031362d31322d33315432333a35393a36302e3030305a", "instant_form"),
    ("instant with an offset", "c0781d323032362d30312d33315430303a30303a30302e3030302b30383a3030", "instant_form"),
    ("instant as number", "c000", "instant_form"), ("17 lists in one another", "81" * 17 + "00", "too_deep"),
]
FULL = [
    uid(0x0190_0000_0000_7000_8000_0000_0000_0001), I(1769846400123), {"day": "2026-01-31"},
    {"list": [T("work-secret"), T("personal"), uid(77)]}, T("disclosure.answered@1.0"), uid(2), I(3),
    {"list": [{"list": [uid(4), I(1)]}, {"list": [uid(5), I(9)]}]}, {"list": [T("officer"), T("o-17")]}, T("post-1"), T("organ-1"),
    T("organ-2"), {"list": [T("政府信息公开条例 art. 33")]}, {"list": [T("clock@3")]}, {"list": [uid(1)]}, {"bytes": H(b"c").hex()},
] + [None] * 4
EMPTY = [uid(9), I(0), {"day": "1970-01-01"}, {"list": [T("public"), T("none"), None]}, T("log.begun@1.0"), uid(9), I(1), None,
         {"list": [T("system"), T("qingyuan"), T("0.1.0")]}] + [None] * 11
PARTY = EMPTY[:8] + [{"list": [T("party"), T("p-8"), T("id-card")]}] + [None] * 11

def fields(n):
    kinds = [T("苏州市"), I(-5), {"bool": True}, {"bytes": "aabb"}, {"decimal": [1205, -2]}, {"day": "2024-02-29"}, {"list": []},
             {"map": {"kept": {"list": [I(1)]}, "together": {"bool": False}}}]
    return [([f"f{i}"] if i % 3 else ["list", i // 3, "name"], kinds[i % 8]) for i in range(n)]

BAD_BODIES = [
    ("path twice", [(["a"], I(1)), (["a"], I(2))], "path_twice"), ("path beginning another", [(["a"], I(1)), (["a", "b"], I(2))], "path_begins_another"),
    ("gap in a list", [(["a", 0], I(1)), (["a", 2], I(2))], "gap"), ("list from 1", [(["a", 1], I(1))], "gap"),
    ("names and indices", [(["a", 0], I(1)), (["a", "b"], I(2))], "gap"), ("null", [(["a"], None)], "null"),
    ("null within", [(["a"], {"list": [None]})], "null"), ("root a list", [([0], I(1))], "root_not_map"), ("no path", [([], I(1))], "root_not_map"),
    ("nine steps", [(list("abcdefghi"), I(1))], "path_too_long"), ("256 bytes of path", [(["a" * 253], I(1))], "path_too_long"),
    ("value of 64 KiB and one", [(["a"], {"zeros": 65536 - 2})], "value_too_long"),
]

# --- Files --------------------------------------------------------------------------------------------------

def made():
    tags = {"header": b"qyh1", "body": b"qyb1", "routes": b"qyr1", "import": b"qyw1"}
    yield "values", {
        "values": [{"name": n, "value": v, "cbor": cbor(v).hex()} for n, v in VALUES],
        "refused": [{"name": n, "cbor": c, "error": "value." + e} for n, c, e in REFUSED]}
    yield "fields", [
        {"tag": t, "seed": SEED_H.hex(), "path": p, "value": v, "salt": (s := salt(SEED_H, tags[t], path(p))).hex(),
         "hash": field(tags[t], s, path(p), cbor(v)).hex()}
        for t in tags for p, v in [([4], T("kind")), (["kind"], T("kind")), (["a", 300, "名"], I(-1)), ([], {"list": []}), ([None, 2], None)]]
    yield "headers", [
        {"name": n, "seed": SEED_H.hex(), "values": vs, "root": (t := header_tree(SEED_H, vs)).root.hex(), "sheet": t.stored().hex()}
        for n, vs in [("full", FULL), ("empty", EMPTY), ("party", PARTY)]]
    yield "bodies", {
        "bodies": [
            {"name": f"{n} fields, {'pad' if pad else 'plain'}", "seed": SEED_B.hex(), "pad": pad,
             "fields": [[p, v] for p, v in fields(n)], "root": (t := body_tree(SEED_B, fields(n), pad)).root.hex(),
             "leaves": len(t.leaves), "sheet": t.stored().hex() if n < 9 else None, "sheet_hash": H(t.stored()).hex()}
            for n in (0, 1, 2, 3, 6, 7, 8, 300) for pad in (False, True)],
        "refused": [{"name": n, "fields": [[p, v] for p, v in f], "error": "body." + e} for n, f, e in BAD_BODIES]}
    streams = [(7, 0), (0, 41), (70000, 2**40), (1, 1), (2, 2)]
    yield "routes", [
        {"seed": SEED_H.hex(), "routes": streams[:n], "root": (t := routes_tree(SEED_H, streams[:n])).root.hex(), "sheet": t.stored().hex()}
        for n in (0, 1, 4, 5)]

    at = 320500000000001
    h, b, r = header_tree(SEED_H, FULL), body_tree(SEED_B, fields(3), False), routes_tree(SEED_H, streams[:1])
    def e(idx): return entry(at, idx, h.root, b.root, r.root)
    yield "entries", [
        {"node": at, "idx": i, "header_root": h.root.hex(), "body_root": b.root.hex(), "routes_root": r.root.hex(),
         "entry": e(i).hex(), "leaf_data": leaf_data(e(i)).hex(), "leaf_hash": leaf_hash(leaf_data(e(i))).hex()} for i in (0, 5, 2**40)]

    leaves = [leaf_hash(b"\1" + H(struct.pack(">Q", i))) for i in range(65537)]
    sizes = [*range(10), 255, 256, 257, 65537]
    yield "trees", {
        "leaves": "leaf i has the data 0x01 || H(u64be i)",
        "trees": [{"size": n, "root": root(leaves[:n]).hex(), "frontier": frontier(leaves[:n]).hex()} for n in sizes],
        "inclusion": [{"index": i, "size": n, "proof": [x.hex() for x in inclusion(leaves[:n], i)]}
                      for n, i in [(1, 0), (2, 1), (5, 4), (7, 3), (9, 8), (257, 256), (257, 0)]],
        "consistency": [{"old": m, "size": n, "proof": [x.hex() for x in consistency(leaves[:n], m)]}
                        for m, n in [(1, 2), (2, 5), (4, 8), (6, 8), (7, 9), (256, 257), (255, 257), (5, 5)]],
        "tiles": ["tile/0/000", "tile/0/000.p/1", "tile/0/x001/x234/067", "tile/3/999.p/255", "tile/entries/x001/000.p/7"],
        "refused_tiles": ["tile/0/0", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256",
                          "tile/0/000.p/01", "tile/0/1000", "tile/0/x001/x000", "tile/0/001/000", "tile/0/-01"],
        "bundle": {"entries": [0, 1, 2], "content": b"".join(b"\0\x21\1" + H(struct.pack(">Q", i)) for i in range(3)).hex()}}

    def at_path(tree, p): return next(i for i, leaf in enumerate(tree.leaves) if leaf[0] == path(p))
    one = at_path(b, ["f1"])
    other = 3 if one != 3 else 2
    twice = items([items([*b.leaves[i], raw(b.salts[i])]) for i in range(one)] + [items([*b.leaves[one], raw(b.salts[one])])] * 2)
    forged = Tree(b"qyb1", SEED_B, [b.leaves[0]] + b.leaves[1:][::-1])
    liar = Tree(b"qyb1", SEED_B, [(path([]), items([p for p, _ in b.leaves[1:]][::-1]))] + b.leaves[1:])
    double = Tree(b"qyb1", SEED_B, [b.leaves[0]] + by_hash(b"qyb1", SEED_B, [(path(["f1"]), cbor(I(n))) for n in (1, 2)]))
    shapes = Tree(b"qyb1", SEED_B, [(path([]), items([path(["f1"])] * 2))] + double.leaves[1:])
    swapped = Tree(b"qyh1", SEED_H, [h.leaves[1], h.leaves[0]] + h.leaves[2:])
    def case(name, tag, sheet, seed=None, error=None, tree=None, shown=(), complete=False):
        return {"name": name, "tag": tag, "sheet": sheet.hex(), "seed": seed.hex() if seed else None, "error": error and "sheet." + error,
                "root": tree.root.hex() if tree else None, "size": len(tree.leaves) if tree else None, "shown": sorted(shown), "complete": complete}
    every = set(range(4))
    yield "sheets", [
        case("none open", "body", b.opened(set()), tree=b), case("one open", "body", b.opened({one}), tree=b, shown={one}),
        case("shape and one open", "body", b.opened({0, one}), tree=b, shown={0, one}),
        case("all open", "body", b.opened(every), tree=b, shown=every, complete=True),
        case("stored", "body", b.stored(), SEED_B, tree=b, shown=every, complete=True), case("stored, seed gone", "body", b.stored(), error="no_seed"),
        case("erased: one gone, the others open", "body", b.opened(every - {one}), tree=b, shown=every - {one}),
        case("header none", "header", h.opened(set()), tree=h), case("skeleton", "header", h.opened({2, 4, 5, 6}), tree=h, shown={2, 4, 5, 6}),
        case("header all", "header", h.opened(set(range(20))), tree=h, shown=set(range(20)), complete=True),
        case("sealed leaf", "routes", items([items([num(0), raw(x), raw(b"box")]) for x in r.hashes]), tree=r),
        case("header's fields out of place", "header", swapped.stored(), SEED_H, error="wrong_place"),
        case("header too short", "header", items([items([p, v]) for p, v in h.leaves[:19]]), SEED_H, error="size"),
        case("body's fields not where shape says", "body", liar.stored(), SEED_B, error="wrong_place"),
        case("body's fields not in order", "body", forged.stored(), SEED_B, error="order"),
        case("two values for one path, shape withheld", "body", double.opened({1, 2}), error="path_twice"),
        case("one path twice in the shape", "body", shapes.stored(), SEED_B, error="path_twice"),
        case("one leaf twice", "body", twice, error="order"),
        case("two leaves of one path", "import", items([items([*b.leaves[other], raw(b.salts[other])])] * 2), error="wrong_place"),
        case("subtree not aligned", "body", items([items([num(0), raw(b.hashes[0])]), items([num(1), raw(b.hashes[1])])]), error="misaligned"),
        case("more leaves than a body has", "body", items([items([num(13), raw(b.hashes[0])])]), error="size"),
        case("no leaf", "body", items([]), error="size"),
        case("routes not a power of two", "routes", items([items([num(0), raw(x)]) for x in r.hashes[:3]]), error="size"),
        case("item of another form", "body", items([items([num(1), raw(b.hashes[0]), raw(b"box")])]), error="form")]
    yield "other_tag", {"sheet": b.opened(every).hex(), "root_as_body": b.root.hex(),
                        "root_as_routes": root([field(b"qyr1", s, p, v) for s, (p, v) in zip(b.salts, b.leaves)]).hex()}

    key, nonce, act = bytes(range(200, 232)), bytes(range(50, 74)), 2**127 + 5
    yield "sealed", [
        {"name": n, "key": key.hex(), "nonce": nonce.hex(), "node": at, "act": act.to_bytes(16, "big").hex(), "root": b.root.hex(),
         "sheet": sheet.hex(), "seed": seed and seed.hex(), "stored": sealed_body(key, nonce, at, act, b.root, sheet, seed).hex()}
        for n, sheet, seed in [("all of it", b.stored(), SEED_B), ("fields erased", b.opened({0, one}), None)]]

    who, name = "organ/320500", bytes(range(16))
    yield "command", [{"principal": p, "command": c.hex(), "digest": H(b"qyc1", struct.pack(">H", len(p.encode())), p.encode(), c).hex()}
                      for p, c in [(who, name), ("", b""), ("机关", b"\xff")]]
    rows = [{"map": {"单位": T("甲"), "额": {"decimal": [5, 3]}}}, {"map": {}}, {"list": [I(1), I(2)]}]
    row_leaves = [field(b"qyw1", salt(SEED_B, b"qyw1", path([i])), path([i]), cbor(v)) for i, v in enumerate(rows)]
    yield "import", {"seed": SEED_B.hex(), "rows": rows, "leaves": [x.hex() for x in row_leaves], "cut": 1, "root": root(row_leaves).hex()}

    origin, old, new, wit = f"demo.invalid/{at}", b"\1" * 32, b"\2" * 32, b"\3" * 32
    log = [leaf_hash(leaf_data(entry(at, i, H(b"h"), H(b"b"), H(b"r")))) for i in range(7)]
    log[5] = leaf_hash(leaf_data(e(5)))
    def note(n, *keys, cosigned=False):
        body = checkpoint_text(origin, n, root(log[:n]))
        return body + "\n" + "".join(signature(origin, k, body) for k in keys) + \
            (cosignature("witness.invalid/1", wit, 1769846400, body) if cosigned else "")
    stranger = checkpoint_text(origin, 7, root(log)) + "\n" + signature("other.invalid/1", old, checkpoint_text(origin, 7, root(log)))
    yield "checkpoints", {
        "origin": origin, "secrets": {"old": old.hex(), "new": new.hex(), "witness": wit.hex()},
        "vkeys": {"old": vkey(origin, 1, old), "new": vkey(origin, 1, new), "witness": vkey("witness.invalid/1", 4, wit)},
        "rotation": {"old_to_size": 6, "new_from_size": 5},
        "notes": [
            {"name": "old key before the rotation", "note": note(4, old), "size": 4, "error": None},
            {"name": "both keys, first", "note": note(5, old, new), "size": 5, "error": None},
            {"name": "both keys, second", "note": note(6, old, new), "size": 6, "error": None},
            {"name": "new key alone, with a witness", "note": note(7, new, cosigned=True), "size": 7, "error": None},
            {"name": "old key after the rotation", "note": note(7, old), "size": 7, "error": "checkpoint.unsigned"},
            {"name": "new key before the rotation", "note": note(4, new), "size": 4, "error": "checkpoint.unsigned"},
            {"name": "unknown key alone", "note": stranger, "size": 7, "error": "checkpoint.unsigned"},
            {"name": "another root under the signature", "note": note(7, new).replace(b64(root(log)), b64(H(b"x"))), "size": 7,
             "error": "checkpoint.signature"},
            {"name": "another log", "note": note(7, new).replace(origin + "\n7", "demo.invalid/1\n7"), "size": 7, "error": "checkpoint.origin"},
            {"name": "size with a zero before", "note": note(7, new).replace("\n7\n", "\n07\n"), "size": 7, "error": "checkpoint.form"},
            {"name": "no blank line", "note": note(7, new).replace("\n\n", "\n"), "size": 7, "error": "note.form"}]}

    shown = {"header": {2, 4, 5, 6}, "body": {0, one}, "routes": set()}
    extra = items([raw(e(5)), h.opened(shown["header"]), b.opened(shown["body"]), r.opened(shown["routes"])])
    def proof(index, with_extra=extra, tree=log, first="c2sp.org/tlog-proof@v1", at_index=5):
        lines = [first, "extra " + b64(with_extra), f"index {index}"] + [b64(x) for x in inclusion(tree, at_index)]
        return "\n".join(lines) + "\n\n" + note(7, new, cosigned=True)
    def part(x): return items([raw(e(5)), *x])
    forged_body = Tree(b"qyb1", SEED_B, [b.leaves[0]] + [(p, cbor(T("0"))) if i == one else (p, v) for i, (p, v) in enumerate(b.leaves) if i])
    yield "receipts", {
        "node": at, "idx": 5, "leaf": log[5].hex(), "text": proof(5), "header_shown": sorted(shown["header"]), "body_shown": sorted(shown["body"]),
        "refused": [
            {"name": "other index", "text": proof(4), "error": "receipt.other_index"},
            {"name": "entry of another index", "text": proof(4, items([raw(e(4)), h.opened(set()), b.opened(set()), r.opened(set())]), at_index=4),
             "error": "proof.root"},
            {"name": "another value opened", "text": proof(5, part([h.opened(set()), forged_body.opened({one}), r.opened(set())])),
             "error": "receipt.other_root"},
            {"name": "header and routes changed over", "text": proof(5, part([r.opened(set()), b.opened(set()), h.opened(set())])), "error": "sheet.size"},
            {"name": "a stored sheet", "text": proof(5, part([h.opened(set()), b.stored(), r.opened(set())])), "error": "sheet.no_seed"},
            {"name": "proof of another leaf", "text": proof(5, at_index=3), "error": "proof.root"},
            {"name": "another first line", "text": proof(5, first="c2sp.org/tlog-proof@v2"), "error": "receipt.form"},
            {"name": "index with a zero before", "text": proof("05"), "error": "receipt.form"}]}

def main():
    files = {name + ".json": content for name, content in made()}
    if "--print" in sys.argv:
        return print(json.dumps(files, ensure_ascii=False))
    for name, content in files.items():
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w", encoding="utf-8") as out:
            out.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")

main()
