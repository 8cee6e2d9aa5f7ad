/**
 * A TrueType font as WOFF2, without a compressor of glyphs: the tables as they are, under one Brotli stream.
 *
 * W3C, WOFF File Format 2.0, sections 4.1 (header), 4.2 (table directory) and 5 (the null transform, which is
 * version 3 for `glyf` and `loca` and 0 for all other tables).
 */
import { brotliCompressSync, constants } from 'node:zlib';

// section 4.2: a tag in this list is written as its place, any other as 63 and the tag itself
const KNOWN_TAGS =
  'cmap head hhea hmtx maxp name OS/2 post cvt  fpgm glyf loca prep CFF  VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB'.match(
    /.{4} ?/g,
  ).map((tag) => tag.slice(0, 4));
const HEADER_OCTETS = 48;

/** @param {Buffer} ttf @returns {Buffer} */
export function woff2(ttf) {
  const tables = readTables(ttf);
  const directory = Buffer.concat(tables.map(directoryEntry));
  const octets = Buffer.concat(tables.map(({ data }) => data));
  const compressed = brotliCompressSync(octets, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_FONT,
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: octets.length,
    },
  });
  const length = pad4(HEADER_OCTETS + directory.length + compressed.length);
  const file = Buffer.alloc(length);
  file.write('wOF2', 0, 'latin1');
  file.writeUInt32BE(ttf.readUInt32BE(0), 4);
  file.writeUInt32BE(length, 8);
  file.writeUInt16BE(tables.length, 12);
  file.writeUInt32BE(tables.reduce((sum, { data }) => sum + pad4(data.length), 12 + 16 * tables.length), 16);
  file.writeUInt32BE(compressed.length, 20);
  directory.copy(file, HEADER_OCTETS);
  compressed.copy(file, HEADER_OCTETS + directory.length);
  return file;
}

/** @param {Buffer} ttf @returns {{tag: string, data: Buffer}[]} `loca` right behind `glyf`, as section 5.1 asks */
function readTables(ttf) {
  const count = ttf.readUInt16BE(4);
  const tables = Array.from({ length: count }, (_, i) => {
    const entry = 12 + 16 * i;
    const start = ttf.readUInt32BE(entry + 8);
    return {
      tag: ttf.toString('latin1', entry, entry + 4),
      data: ttf.subarray(start, start + ttf.readUInt32BE(entry + 12)),
    };
  });
  return tables.toSorted((a, b) => place(a.tag) - place(b.tag));
}

/** @param {string} tag */
function place(tag) {
  return KNOWN_TAGS.includes(tag) ? KNOWN_TAGS.indexOf(tag) : 63;
}

/** @param {{tag: string, data: Buffer}} table */
function directoryEntry({ tag, data }) {
  const transform = tag === 'glyf' || tag === 'loca' ? 3 : 0;
  const name = place(tag) === 63 ? Buffer.from(tag, 'latin1') : Buffer.alloc(0);
  return Buffer.concat([Buffer.from([place(tag) | (transform << 6)]), name, base128(data.length)]);
}

/** @param {number} value */
function base128(value) {
  const digits = [value & 127];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 127) | 128);
  return Buffer.from(digits);
}

/** @param {number} octets */
function pad4(octets) {
  return Math.ceil(octets / 4) * 4;
}
