// Reads a Proofmark stream file with Apache Arrow's reader and compares every value with the telemetry it was made from,
// which is parsed here on its own: node compare.mjs SOURCE.ndjson STREAM.arrow
import { readFileSync } from 'node:fs';
import { tableFromIPC } from 'apache-arrow';

const [sourceFile, arrowFile] = process.argv.slice(2);

// Decimal text in units of 10^-places, exactly.
function scaled(text, places) {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

const rows = readFileSync(sourceFile, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
const order = rows.map((_, index) => index).sort((a, b) => {
  const left = scaled(rows[a].at, 9), right = scaled(rows[b].at, 9);
  return left < right ? -1 : left > right ? 1 : a - b;
});

const table = tableFromIPC(readFileSync(arrowFile));
const types = Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)]));
const notes = Object.fromEntries(table.schema.fields.map((field) => [field.name, Object.fromEntries(field.metadata)]));

// Column -> what a row's value must be.
const expected = {
  at: (row) => scaled(row.at, 9),
  duration: (row) => Number(scaled(row.duration, 9)),  // 32 bits wide, so a plain number
  long: (row) => scaled(row.long, 9),
  waited: (row) => Number(scaled(row.waited, 9) / 1000000n),  // stored in whole milliseconds, as its note says
  u8: (row) => row.u8,
  i8: (row) => row.i8,
  u16: (row) => row.u16 ?? null,
  i16: (row) => row.i16,
  u32: (row) => row.u32,
  i32: (row) => row.i32,
  i64: (row) => BigInt(row.i64),
  bytes: (row) => row.kib * 1024,
  real: (row) => row.real ?? null,
  flag: (row) => row.flag ?? null,
  label: (row) => row.label ?? null,
  many: (row) => row.many,
  text: (row) => row.text ?? null,
};
const expectedTypes = {
  at: 'Timestamp<NANOSECOND, UTC>', duration: 'Uint32', long: 'Int64', waited: 'Uint16', u8: 'Uint8', i8: 'Int8', u16: 'Uint16', i16: 'Int16',
  u32: 'Uint32', i32: 'Int32', i64: 'Int64', kib: 'Uint32', real: 'Float64', flag: 'Bool', label: 'Dictionary<Uint8, Utf8>',
  many: 'Dictionary<Uint16, Utf8>', text: 'Utf8',
};

let failures = 0;
function check(what, found, wanted) {
  if (found === wanted) return;
  if (++failures <= 10) console.error(`${what}: found ${String(found)}, wanted ${String(wanted)}`);
}

check('rows', table.numRows, rows.length);
check('batches', table.batches.length, Math.ceil(rows.length / 65536));
check('columns', Object.keys(types).join(), Object.keys(expectedTypes).join());
for (const [name, type] of Object.entries(expectedTypes)) check(`type of ${name}`, types[name], type);
check('note on duration', JSON.stringify(notes.duration), '{"proofmark.type":"duration","proofmark.unit":"ns"}');
check('note on waited', JSON.stringify(notes.waited), '{"proofmark.type":"duration","proofmark.unit":"ms"}');

// A timestamp's values are read as they lie, in ns: the reader's own getter rounds to milliseconds.
function valueAt(name, vector, index) {
  if (name !== 'at') return vector.get(index);
  for (const chunk of vector.data) {
    if (index < chunk.length) return chunk.values[index];
    index -= chunk.length;
  }
  return undefined;
}

let compared = 0;
for (const [name, wanted] of Object.entries(expected)) {
  const vector = table.getChild(name === 'bytes' ? 'kib' : name);
  check(`nulls of ${name}`, vector.nullCount, rows.filter((row) => wanted(row) === null).length);
  for (let index = 0; index < rows.length; ++index, ++compared)
    check(`${name}[${index}]`, valueAt(name, vector, index), wanted(rows[order[index]]));
}
if (failures !== 0) {
  console.error(`${failures} differences`);
  process.exit(1);
}
console.log(`Apache Arrow reads ${compared} values of ${rows.length} rows as they were written`);
