"""A shard that sent nothing: whatever the others sent, nothing is certified, by no engine, and the transcript says which."""
import json
import re

from program import CERTIFY, DENY, HOLD, ProgramTest, main, objective

POLICY = """edition 2026
policy NAME {
  confidence 95%
  looks once
  telemetry requests : events {
    time   from "ts" in epoch_s
    status : int
    version : label
    region : label in { "ap", "eu", "us" }
    target : label in { "a", "b" }
    EXPECT
  }
  objective available { require fraction(requests where version == "2", status < 500) >= 95%  CLAUSE }
  objective seen      { require count(requests) >= 10 }
  objective recent    { require fraction(requests, status < 500) >= 95%  over last 10m }
  objective regional  { require fraction(requests, status < 500) >= 90%  for each region }
  decide {
    deny           when any objective fails
    certify for 7d when all objectives pass
    hold           when any objective is undecided
    deny           otherwise
  }
}
"""
BOTH = "expect every region  expect every target"
COUNTED = """edition 2026
policy counted {
  telemetry requests : counts { count from "n"  status : int  region : label in { "eu", "us" }  expect every region }
  objective available { require fraction(requests, status < 500) >= 90%  confidence 95% }
  decide { certify when all objectives pass  deny otherwise }
}
"""
SAMPLED = """edition 2026
policy sampled {
  confidence 95%
  telemetry incidents : events { length : duration in s  region : label in { "eu", "us" }  expect every region }
  model next { seed 1  trials 1_000  draw outage ~ sample(incidents.length)  let short = outage <= 100s }
  objective bearable { require probability(next.short) >= 10% }
  decide { certify when all objectives pass  deny otherwise }
}
"""


def ndjson(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def requests(regions=("ap", "eu", "us"), targets=("a", "b"), rows=900, failing=0):
    """A request a second, of all regions and targets in turn; every version is one."""
    return [{"ts": 1_000 + i, "status": 500 if i < failing else 200, "version": "2", "region": regions[i % len(regions)],
             "target": targets[i % len(targets)]} for i in range(rows)]


class Shards(ProgramTest):
    def policy(self, name="shards", expect=BOTH, clause=""):
        return self.write(f"{name}.pmk", POLICY.replace("NAME", name).replace("EXPECT", expect).replace("CLAUSE", clause))

    def frozen(self, name, rows, schema, stream="requests"):
        file = self.write(f"{name}.ndjson", ndjson(rows))
        self.expect(0, "snapshot", "create", "--out", name, "--stream", f"{stream}={file}", "--schema", schema, "--quiet")
        return self.folder / name

    def decided(self, code, policy, snapshot, *more):
        """The transcript, the same of every engine; verified in both ways."""
        texts = {self.judge(code, policy, snapshot, *more, "--engine", engine, "--threads", threads)[0]
                 for engine, threads in (("interpreter", "1"), ("native", "1"), ("native", "3"))}
        self.assertEqual(len(texts), 1)
        for how in (("--snapshot", snapshot), ("--facts-only",)):
            self.expect(0, "verify", "transcript.json", "--policy", policy, *how, "--quiet")
        return json.loads(texts.pop())

    def test_all_shards_certify(self):
        policy = self.policy()
        decided = self.decided(CERTIFY, policy, self.frozen("whole", requests(), policy))
        self.assertEqual({one["verdict"] for one in decided["objectives"]}, {"pass"})

    def test_a_missing_shard_is_held(self):
        policy = self.policy()
        snapshot = self.frozen("one_missing", requests(regions=("ap", "eu")), policy)
        decided = self.decided(HOLD, policy, snapshot)
        for name in ("available", "seen", "recent"):
            one = objective(decided, name)
            self.assertEqual((one["verdict"], one["reason"]), ("no_data", "missing_shard"), name)
            self.assertIn('`requests` has no row of region "us"', one["because"])
            self.assertNotIn("target", one["because"].replace("targets", ""))
            self.assertIsNone(one["margin"])
        self.assertIn("in the window", objective(decided, "recent")["because"])
        regions = {group["group"]: group["verdict"] for group in objective(decided, "regional")["groups"]}
        self.assertEqual(regions, {"ap": "pass", "eu": "pass", "us": "no_data"})
        ran = self.expect(HOLD, "eval", policy, "--snapshot", snapshot)
        self.assertIn('lacks data: `requests` has no row of region "us"', re.sub(r"\s+", " ", ran.out))
        without = self.policy("unaware", expect="")
        self.assertEqual(objective(self.decided(HOLD, without, snapshot), "available")["verdict"], "pass")

    def test_absence_that_passes_does_not_pass_a_missing_shard(self):
        policy = self.policy("passing", clause="on_no_data pass")
        snapshot = self.frozen("none_of_them", requests(regions=("ap", "eu")), policy)
        self.assertEqual(objective(self.decided(HOLD, policy, snapshot), "available")["verdict"], "no_data")
        policy = self.policy("failing", clause="on_no_data fail")
        failed = objective(self.decided(DENY, policy, snapshot), "available")
        self.assertEqual((failed["verdict"], failed["reason"]), ("fail", "missing_shard"))
        policy = self.policy("elsewhere", clause="on_no_data pass")  # the population is empty, and all shards sent rows
        rows = [{**row, "version": "1"} for row in requests()]
        passed = objective(self.decided(CERTIFY, policy, self.frozen("elsewhere", rows, policy)), "available")
        self.assertEqual((passed["verdict"], passed["reason"]), ("pass", "no_rows"))

    def test_a_proven_fail_stands(self):
        policy = self.policy()
        decided = self.decided(DENY, policy, self.frozen("bad", requests(regions=("ap",), failing=300), policy))
        self.assertEqual(objective(decided, "available")["verdict"], "fail")

    def test_each_field_and_each_window_by_itself(self):
        policy = self.policy()
        rows = requests(targets=("a",))  # b is silent
        one = objective(self.decided(HOLD, policy, self.frozen("targets", rows, policy)), "available")
        self.assertIn('no row of target "b"', one["because"])
        rows = requests()
        for row in rows[200:]:
            row["region"] = "eu" if row["region"] == "us" else row["region"]  # us falls silent
        decided = self.decided(HOLD, policy, self.frozen("silent", rows, policy))
        self.assertEqual(objective(decided, "available")["verdict"], "pass")
        self.assertEqual(objective(decided, "recent")["reason"], "missing_shard")

    def test_rows_without_a_time_count_for_none_in_a_window(self):
        policy = self.policy()
        rows = [row for row in requests() if row["region"] != "us"] + [{**requests()[2], "ts": None}]
        decided = self.decided(HOLD, policy, self.frozen("untimed", rows, policy))
        self.assertEqual(objective(decided, "available")["verdict"], "pass")  # of the whole snapshot it is a row
        self.assertEqual(objective(decided, "recent")["reason"], "missing_shard")

    def test_altered_transcripts_are_refused(self):
        policy = self.policy()
        snapshot = self.frozen("altered", requests(regions=("ap", "eu")), policy)
        decided = self.decided(HOLD, policy, snapshot)
        zeros = [(i, fact["counts"]) for i, fact in enumerate(decided["facts"]["scans"][0]["facts"])
                 if len(fact.get("counts", [])) == 3 and fact["counts"][2] == 0]
        self.assertGreaterEqual(len(zeros), 3)  # of the regions: whole, last 10m, and what the groups count
        for place, counts in zeros:
            altered = json.loads(json.dumps(decided))
            altered["facts"]["scans"][0]["facts"][place]["counts"] = counts[:2] + [5]
            self.refuse(altered, policy, snapshot)
        altered = json.loads(json.dumps(decided))
        objective(altered, "available")["verdict"] = "pass"
        self.refuse(altered, policy, snapshot)

    def refuse(self, altered, policy, snapshot):
        text = json.dumps(altered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.write("altered.json", text)
        for how in (("--snapshot", snapshot), ("--facts-only",)):
            ran = self.expect(65, "verify", "altered.json", "--policy", policy, *how)
            self.assertRegex(ran.err, r"error\[PM09\d\d\]: ")

    def test_many_policies_in_one_pass(self):
        names = ["first", "second", "third"]
        policies = [self.policy("first"), self.policy("second", expect="expect every target"), self.policy("third", expect="")]
        snapshot = self.frozen("together", requests(regions=("ap", "eu")), policies[0])
        self.expect(HOLD, "eval", *policies, "--snapshot", snapshot, "--transcript", self.folder / "all", "--quiet")
        for name, policy in zip(names, policies):
            alone, _ = self.judge(HOLD, policy, snapshot)
            self.assertEqual((self.folder / "all" / f"{name}.transcript.json").read_bytes(), alone)

    def test_accumulators_of_one_window_are_shared(self):
        ran = self.expect(0, "emit", self.policy(), "--stage", "plan", "--format", "json")
        plan = json.loads(ran.out)
        whole = [one["requirements"][0]["leaves"][0]["presence"] for one in plan["objectives"]]
        self.assertEqual([entry["field"] for entry in whole[0]], ["region", "target"])
        self.assertEqual(whole[0], whole[1])
        self.assertEqual(whole[0], whole[3])
        self.assertNotEqual(whole[0], whole[2])  # another window
        scan = plan["scans"][0]
        self.assertEqual(len(scan["groupings"]), 4)
        masks = {entry["rows"]["accumulator"]: scan["accumulators"][entry["rows"]["accumulator"]] for leaf in whole for entry in leaf}
        self.assertEqual({one["kind"] for one in masks.values()}, {"count_rows"})
        self.assertEqual(len(masks), 4)

    def test_events_of_counts(self):
        policy = self.write("counted.pmk", COUNTED)
        rows = [{"n": 100, "status": 200, "region": "eu"}, {"n": 0, "status": 200, "region": "us"}]
        decided = self.decided(DENY, policy, self.frozen("counts", rows, policy))
        self.assertIn('has no event of region "us"', objective(decided, "available")["because"])
        rows[1]["n"] = 1
        self.decided(CERTIFY, policy, self.frozen("counts_of_both", rows, policy))

    def test_models_that_sample(self):
        policy = self.write("sampled.pmk", SAMPLED)
        rows = [{"length": 1 + i % 50, "region": ("eu", "us")[i % 2]} for i in range(400)]
        whole = self.decided(CERTIFY, policy, self.frozen("incidents", rows, policy, "incidents"))
        self.assertEqual(objective(whole, "bearable")["verdict"], "pass")
        rows = [{**row, "region": "eu"} for row in rows]
        part = objective(self.decided(DENY, policy, self.frozen("incidents_of_one", rows, policy, "incidents")), "bearable")
        self.assertEqual((part["verdict"], part["reason"]), ("no_data", "missing_shard"))
        self.assertIn('lacks rows to sample: `incidents` has no row of region "us"', part["because"])

    def test_tests_of_policies(self):
        test = """
test "us is silent" {
  policy shards
  given requests { 600 rows over 10m { status = 200  version = "2"  region = "ap" at 50% else "eu"  target = "a" at 50% else "b" } }
  expect objective available is no_data
  expect objective regional is no_data
  expect hold
}
"""
        path = self.policy()
        path.write_text(path.read_text() + test)
        self.expect(0, "test", path)
        path.write_text(path.read_text().replace("available is no_data", "available is pass"))
        self.expect(1, "test", path)


if __name__ == "__main__":
    main()
