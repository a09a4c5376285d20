// A receipt checked in the browser, by nothing but the receipt and a public key: what is shown leads to the act's roots,
// these to its entry, the entry's leaf through the proof to the checkpoint's root, and the key signed the checkpoint.
// The bytes are those of the ledger's contract (CBOR sheets, C2SP tlog-proof and signed notes).

const text = new TextEncoder();
const TAGS = ["qyh1", "qyb1", "qyr1"];

export class Unproved extends Error {}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));

function joined(parts) {
  const bytes = parts.map((part) => (typeof part === "string" ? text.encode(part) : Uint8Array.from(part)));
  const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  bytes.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Unproved("form");
  }
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const node = (left, right) => sha256([1], left, right);

/** Reads CBOR heads; values stay as their bytes, which is all that hashing needs. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  head() {
    const first = this.take(1)[0];
    const low = first & 31;
    let number = low;
    if (low > 23) {
      const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[low];
      if (!width) throw new Unproved("content");
      number = this.take(width).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    return [first >> 5, number];
  }

  take(count) {
    if (this.at + count > this.bytes.length) throw new Unproved("content");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  list() {
    const [kind, length] = this.head();
    if (kind !== 4) throw new Unproved("content");
    return length;
  }

  string() {
    const [kind, length] = this.head();
    if (kind !== 2) throw new Unproved("content");
    return this.take(length);
  }

  /** The bytes of one whole item, whatever it is. */
  item(depth = 0) {
    const from = this.at;
    const [kind, number] = this.head();
    if (depth > 16) throw new Unproved("content");
    if (kind === 2 || kind === 3) this.take(number);
    else if (kind === 4) for (let n = 0; n < number; n += 1) this.item(depth + 1);
    else if (kind === 5) for (let n = 0; n < 2 * number; n += 1) this.item(depth + 1);
    else if (kind === 6) this.item(depth + 1);
    return this.bytes.subarray(from, this.at);
  }
}

/** The root of one sheet: opened fields hashed, withheld blocks as they come, folded in the order of the leaves. */
async function root(reader, tag) {
  const peaks = [];
  let size = 0;
  const items = reader.list();
  for (let n = 0; n < items; n += 1) {
    const parts = reader.list();
    let [level, hash] = [0, null];
    if (parts === 3 && reader.bytes[reader.at] >> 5 === 4) {
      const [path, value] = [reader.item(), reader.item()];
      const salt = reader.string();
      hash = await sha256([0], tag, salt, [path.length >> 8, path.length & 255], path, value);
    } else {
      const [kind, number] = reader.head();
      if (kind !== 0) throw new Unproved("content");
      [level, hash] = [number, reader.string()];
      if (parts === 3) reader.item();
    }
    if (hash.length !== 32 || level > 40 || size % 2 ** level !== 0) throw new Unproved("content");
    peaks.push({ level, hash });
    size += 2 ** level;
    while (peaks.length > 1 && peaks.at(-1).level === peaks.at(-2).level) {
      const right = peaks.pop();
      const left = peaks.pop();
      peaks.push({ level: left.level + 1, hash: await node(left.hash, right.hash) });
    }
  }
  if (peaks.length === 0) return sha256();
  let whole = peaks.pop().hash;
  while (peaks.length > 0) whole = await node(peaks.pop().hash, whole);
  return whole;
}

const big = (bytes) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** RFC 9162 §2.1.3.2. */
async function included(leaf, index, size, proof, wanted) {
  if (index >= size) return false;
  let [fn, sn, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (sn === 0n) return false;
    if (fn % 2n === 1n || fn === sn) {
      hash = await node(sibling, hash);
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n];
    } else hash = await node(hash, sibling);
    [fn, sn] = [fn / 2n, sn / 2n];
  }
  return sn === 0n && same(hash, wanted);
}

/** A signed note: its text, and its signatures by name. */
function note(whole) {
  const end = whole.lastIndexOf("\n\n");
  if (end < 0) throw new Unproved("checkpoint");
  const signatures = whole
    .slice(end + 2)
    .split("\n")
    .filter((line) => line.startsWith("— "))
    .map((line) => line.slice(2).split(" "))
    .map(([name, signature]) => ({ name, bytes: bytesOf(signature ?? "") }));
  return { text: whole.slice(0, end + 1), signatures };
}

/** Whether one of the keys that count for the note's size, `name+id+base64 first last`, signed it by Ed25519. */
async function signed({ text: content, signatures }, keys, size) {
  for (const line of keys) {
    const [vkey, first = "0", last = "-"] = line.split(" ");
    if (size < BigInt(first) || (last !== "-" && size > BigInt(last))) continue;
    const [name, id, ...rest] = vkey.split("+");
    const key = bytesOf(rest.join("+"));
    if (key[0] !== 1 || key.length !== 33) continue;
    const imported = await crypto.subtle.importKey("raw", key.subarray(1), { name: "Ed25519" }, false, ["verify"]);
    for (const signature of signatures) {
      const claimed = [...signature.bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (signature.name !== name || claimed !== id) continue;
      if (await crypto.subtle.verify("Ed25519", imported, signature.bytes.subarray(4), text.encode(content))) return true;
    }
  }
  return false;
}

/**
 * Checks a receipt. Throws {@link Unproved} with `form`, `content`, `proof` or `checkpoint` where it proves nothing.
 *
 * - `receipt`: the whole text. `keys`: the log's public keys, one a line.
 *
 * Gives the log's origin, the act's index and the size that the checkpoint covers.
 */
export async function check(receipt, keys) {
  const [head, ...rest] = `${receipt.replaceAll("\r\n", "\n").trim()}\n`.split("\n\n");
  const lines = head.split("\n");
  if (lines[0] !== "c2sp.org/tlog-proof@v1" || !lines[1]?.startsWith("extra ") || !/^index \d+$/.test(lines[2] ?? "")) {
    throw new Unproved("form");
  }
  const index = BigInt(lines[2].slice(6));
  const proof = lines.slice(3).map(bytesOf);
  const reader = new Reader(bytesOf(lines[1].slice(6)));
  if (reader.list() !== 4) throw new Unproved("form");
  const entry = reader.string();
  if (entry.length !== 116 || !same(entry.subarray(0, 4), text.encode("qye1"))) throw new Unproved("content");
  for (const [at, tag] of TAGS.entries()) {
    const claimed = entry.subarray(20 + 32 * at, 52 + 32 * at);
    if (!same(await root(reader, tag), claimed)) throw new Unproved("content");
  }
  if (reader.at !== reader.bytes.length) throw new Unproved("content");
  if (big(entry.subarray(12, 20)) !== index) throw new Unproved("proof");
  const checkpoint = note(rest.join("\n\n"));
  const [origin, size, base64] = checkpoint.text.split("\n");
  if (!/^\d+$/.test(size ?? "") || !origin.endsWith(`/${big(entry.subarray(4, 12))}`)) throw new Unproved("checkpoint");
  const leaf = await sha256([0], [1], await sha256(entry));
  if (!(await included(leaf, index, BigInt(size), proof, bytesOf(base64)))) throw new Unproved("proof");
  if (!(await signed(checkpoint, keys, BigInt(size)))) throw new Unproved("checkpoint");
  return { origin, index: index.toString(), size };
}
