// The sixty counters by ClickHouse (chdb) in this process, from the snapshot's own Arrow file held in memory, labels as
// its LowCardinality: node clickhouse.mjs FILE.arrow. Prints the seconds of the fastest run and the counts.
import { Session } from "chdb";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "proofmark-bench-"));
const session = new Session(folder);
const run = (sql, format = "JSONCompact") => session.query(sql, format);
run("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic");
run(
  "CREATE TABLE bench.requests (duration Int64, status UInt16, service LowCardinality(String), " +
    "environment LowCardinality(String)) ENGINE = Memory",
);
run(
  "INSERT INTO bench.requests SELECT reinterpretAsInt64(duration), status, service, environment " +
    `FROM file('${process.argv[2]}', 'Arrow')`,
);
const sql =
  "SELECT environment, service, count(), countIf(status < 500), countIf(duration <= 300000000) " +
  "FROM bench.requests GROUP BY environment, service ORDER BY environment, service";
let best = Infinity;
let answer = "";
for (let round = 0; round < 5; round++) {
  const start = process.hrtime.bigint();
  answer = run(sql);
  best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
}
const counts = JSON.parse(answer).data.map((row) => row.slice(2).map(Number));
console.log(JSON.stringify({ seconds: best, counts }));
rmSync(folder, { recursive: true, force: true });
