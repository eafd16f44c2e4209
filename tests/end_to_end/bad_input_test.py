"""Whatever is wrong with a policy, with telemetry or with a snapshot ends in the right exit code and a message that says
where; never in a crash, never in a certificate."""
import gzip
import os
import shutil

from program import (AVAILABILITY, CANARY, CERTIFY, DENY, INVALID, IO, MISSING, TELEMETRY, USAGE, ProgramTest, RecordedTest, main, objective)

POLICY = """edition 2026
policy availability {
  param release : release
  subject { service "checkout"  release release }
  telemetry requests : events { status : int  version : label }
  objective available {
    require fraction(requests where version == release.label, status < 500) >= 99.5%
    confidence 95%
  }
  decide { certify for 7d when all objectives pass   deny otherwise }
}
"""


class BadPolicies(ProgramTest):
    def policy(self, name, *replacements):
        text = POLICY
        for old, new in replacements:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        return self.write(name, text)

    def test_unknown_names(self):
        self.refused("PM0206", "check", self.policy("field.pmk", ("status < 500", "stauts < 500")), at="field.pmk:7:63")
        self.refused("PM0201", "check", self.policy("stream.pmk", ("fraction(requests", "fraction(request")), at="stream.pmk:7:22")
        self.assertIn("did you mean", self.refused("PM0206", "check", "field.pmk").err)

    def test_wrong_units(self):
        self.refused("PM0301", "check", self.policy("value.pmk", ("status < 500", "status < 500ms")), at="value.pmk:7:72")
        self.refused("PM0301", "check", self.policy("claim.pmk", (">= 99.5%", ">= 99.5ms")), at="claim.pmk:7:80")

    def test_claims_that_nothing_can_show(self):
        self.refused("PM0401", "check", self.policy("sure.pmk", ("confidence 95%", "")), at="sure.pmk:7:13")
        self.refused("PM0403", "check", self.policy("all.pmk", ("99.5%", "100%")), at="all.pmk:7:80")

    def test_several_mistakes_are_all_told(self):
        ran = self.refused("PM0206", "check", self.policy("two.pmk", ("status < 500", "stauts < 500"), ("when all objectives", "when all of (avail)")))
        self.assertEqual(ran.err.count("error[PM"), 2, ran.err)

    def test_nesting(self):
        deep = 100_000
        for name, old, new in (("paren.pmk", "status < 500", "(" * deep + "status < 500" + ")" * deep),
                               ("open.pmk", "status < 500", "(" * deep),
                               ("not.pmk", "status < 500", "not " * deep + "status < 500"),
                               ("minus.pmk", "status < 500", "status < " + "-" * deep + "5"),
                               ("chain.pmk", "status < 500", " or ".join(["status < 500"] * deep))):
            self.refused("PM0118", "check", self.policy(name, (old, new)))
        self.refused("PM0118", "check", self.write("brace.pmk", "{" * deep), at="brace.pmk:1:201")

    def test_long_sets(self):
        def listed(values):
            return "{ " + ", ".join(values) + " }"
        for name, set_of in (("in.pmk", "in"), ("not_in.pmk", "not in")):
            most = self.policy(name, ("status < 500", f"status {set_of} {listed(map(str, range(1000)))}"))
            self.assertEqual(self.run_program("check", most).code, CERTIFY)
            more = self.policy(name, ("status < 500", f"status {set_of} {listed(map(str, range(100_000)))}"))
            self.assertIn("has 100000 numbers", self.refused("PM0118", "check", more, at=f"{name}:7:63").err)
        labels = self.policy("labels.pmk", ("status < 500", f"version in {listed(chr(34) + str(i) + chr(34) for i in range(5000))}"))
        self.assertEqual(self.run_program("check", labels).code, CERTIFY)

    def test_a_population_narrowed_without_end(self):
        def narrowed(times):
            lets = "".join(f"  let p{i + 1} = p{i} where status > {i}\n" for i in range(times))
            return (("  objective available", f"  let p0 = requests where version == release.label\n{lets}  objective available"),
                    ("fraction(requests where version == release.label,", f"fraction(p{times},"))
        self.assertEqual(self.run_program("check", self.policy("narrow.pmk", *narrowed(999))).code, CERTIFY)
        self.refused("PM0118", "check", self.policy("narrower.pmk", *narrowed(1000)), at="narrower.pmk:1006:15")

    def test_a_check_without_its_left_side(self):
        path = self.policy("check.pmk", ("status : int ", "status : int  check = status "))
        self.assertNotIn("follows it without", self.refused("PM0101", "check", path, at="check.pmk:5:53").err)

    def test_estimates_that_cancel_out(self):
        share = "fraction(requests, status < 500)"
        other = "fraction(requests where version == release.label, status < 500)"
        for name, calculated in (("difference.pmk", f"{share} - {share}"), ("ratio.pmk", f"{share} / {share}"),
                                 ("multiple.pmk", f"({share} + {other}) / (2 * {other} + 2 * {share})")):
            path = self.policy(name, (f"require {other} >= 99.5%", f"require {calculated} + 0 * {other} >= 40%"))
            self.assertIn("cancel out", self.refused("PM0409", "check", path, at=name).err)
        path = self.policy("spelled_twice.pmk", (f"require {other} >= 99.5%", f"require {other} - {other} >= -5%"))
        ran = self.refused("PM0409", "check", path, at="spelled_twice.pmk")
        self.assertNotIn("PM0433", ran.err, "one population, however often it is written, and before its release is known")
        path = self.policy("true_ratio.pmk", (f"require {other} >= 99.5%", f"require {other} / {share} >= 40%"))
        self.assertEqual(self.run_program("check", path).code, CERTIFY)

    def test_a_requirement_that_is_compared(self):
        for claim, instead in (("not_worse(requests.status, requests.status, by: 2%)", "worse_by(a, b) <= 2%"),
                               ("equivalent(requests.status, requests.status, within: 2%)", "drift(a, b) <= 2%")):
            path = self.policy("compared.pmk", ("fraction(requests where version == release.label, status < 500) >=", claim + " <="))
            self.assertIn(instead, self.refused("PM0423", "check", path, at="compared.pmk:7:13").err)

    def test_bounds_that_no_value_reaches(self):
        for condition, holds in (("status < 99999999999999999999", "every row"), ("status > 9223372036854775807", "no row"),
                                 ("status >= -9223372036854775808", "every row"), ("status == 9223372036854775808", "no row")):
            ran = self.run_program("check", self.policy("bound.pmk", ("status < 500", condition)))
            self.assertIn(f"holds for {holds}", ran.err, condition)
        for condition in ("status < 9223372036854775807", "status > -9223372036854775808", "status == 9223372036854775807"):
            ran = self.run_program("check", self.policy("bound.pmk", ("status < 500", condition)))
            self.assertEqual((ran.code, ran.err), (CERTIFY, ""), condition)

    def test_rules_that_never_match(self):
        path = self.policy("never.pmk", ("when all objectives pass", "when available passes and available fails"))
        self.assertIn("this rule never matches", self.refused("PM0502", "check", path, at="never.pmk:10:12").err)
        path = self.policy("late.pmk", ("deny otherwise", "deny when available passes deny otherwise"))
        self.assertIn("the rules above it match", self.refused("PM0502", "check", path, at="late.pmk").err)

    def test_a_confidence_without_its_unit(self):
        self.assertIn("write `95%`", self.refused("PM0402", "check", self.policy("unit.pmk", ("confidence 95%", "confidence 95"))).err)
        self.assertNotIn("write `1.5%`", self.refused("PM0402", "check", self.policy("low.pmk", ("confidence 95%", "confidence 1.5"))).err)

    def test_a_byte_order_mark_is_no_part_of_the_text(self):
        for name, old, new in (("good.pmk", "checkout", "k\u00e4sse"), ("bad.pmk", "stat", "stauts : int stat")):
            plain = POLICY.replace(old, new, 1)
            for stage in ("syntax", "typed"):
                bare = self.run_program("emit", self.write(name, plain), "--stage", stage)
                marked = self.run_program("emit", self.write(name, "\ufeff" + plain), "--stage", stage)
                self.assertEqual((marked.code, marked.out, marked.err), (bare.code, bare.out, bare.err))
        self.expect(0, "check", self.write("good.pmk", "\ufeff" + POLICY))
        self.refused("PM0206", "check", self.write("bad.pmk", "\ufeff" + POLICY.replace("status <", "stauts <")), at="bad.pmk:7:63")

    def test_bytes_that_are_no_text(self):
        bad = POLICY.encode().replace(b"checkout", b"check\xffout", 1)
        self.refused("PM0119", "check", self.write("latin.pmk", bad), at="latin.pmk:4:27")
        self.refused("PM0119", "check", self.write("cut.pmk", POLICY.encode() + b"// \xe2\x82"))
        self.refused("PM0119", "check", self.write("overlong.pmk", POLICY.encode() + b"// \xc0\xaf"))
        self.refused("PM0119", "check", self.write("surrogate.pmk", POLICY.encode() + b"// \xed\xa0\x80"))
        self.refused("PM0120", "check", self.write("nul.pmk", POLICY.encode().replace(b"checkout", b"check\0out", 1)), at="nul.pmk:4:27")
        self.expect(INVALID, "check", self.write("random.pmk", bytes(range(256)) * 40))

    def test_nothing_and_too_much(self):
        self.refused("PM0122", "check", self.write("empty.pmk", ""), at="empty.pmk:1:1")
        self.expect(INVALID, "check", self.write("comment.pmk", "// nothing\n"))
        self.expect(INVALID, "check", self.write("edition.pmk", "edition 2026\n"))
        self.refused("PM0121", "check", self.write("long.pmk", "//" + "x" * (17 << 20)), at="long.pmk")

    def test_every_prefix_of_a_policy(self):
        text = POLICY.encode()
        for length in range(0, len(text.rstrip()) - 1, 7):
            self.expect(INVALID, "check", self.write("prefix.pmk", text[:length]))

    def test_a_bad_policy_stops_every_command(self):
        bad = self.policy("bad.pmk", ("status < 500", "stauts < 500"))
        for command in (("check", bad), ("test", bad), ("emit", bad, "--stage", "plan", "--set", "release=a"),
                        ("eval", bad, "--snapshot", "none", "--set", "release=a"),
                        ("snapshot", "create", "--out", "never", "--stream", "requests=a.csv", "--schema", bad)):
            self.refused("PM0206", *command, at="bad.pmk:7:63")


LATENCY = """edition 2026
policy speed {
  telemetry requests : events { lat : duration in %s }
  objective fast { require p50(requests.lat) <= 100ms  confidence 95%% }
  decide { certify for 1d when all objectives pass  deny otherwise }
}
"""


class BadTelemetry(ProgramTest):
    def refused_rows(self, diagnostic, name, content, at):
        self.write(name, content)
        self.refused(diagnostic, "snapshot", "create", "--out", "never", "--stream", f"requests={name}", "--schema", AVAILABILITY, at=at)
        self.assertFalse((self.folder / "never").exists())

    def decided(self, name, content):
        """Whatever the rows are, they must not certify; returns the objective."""
        self.write(name, content)
        shutil.rmtree(self.folder / "snap", ignore_errors=True)
        snapshot = self.snapshot("snap", name, AVAILABILITY)
        return objective(self.judge(DENY, AVAILABILITY, snapshot, release="a")[1], "available")

    def test_files_that_cannot_be_read(self):
        self.refused_rows("PM0805", "empty.csv", "", "empty.csv")
        self.refused_rows("PM0814", "missing.csv", "stat,version\n200,a\n", "missing.csv")
        self.refused_rows("PM0808", "type.csv", "status,version\n200,a\nabc,a\n", "type.csv:3:1")
        self.refused_rows("PM0807", "cells.csv", "status,version\n200,a,b\n", "cells.csv:2:1")
        self.refused_rows("PM0811", "latin.csv", b"status,version\n200,\xff\n", "latin.csv:2:5")
        self.refused_rows("PM0806", "cut.ndjson", '{"status":200,"version":"a"}\n{"status":\n', "cut.ndjson:2:11")
        self.refused_rows("PM0806", "array.ndjson", "[1,2]\n", "array.ndjson:1:1")
        self.refused_rows("PM0808", "object.ndjson", '{"status":{"a":1},"version":"a"}\n', "object.ndjson:1:11")
        self.refused_rows("PM0803", "rows.xls", "status,version\n", "rows.xls")
        self.refused_rows("PM0804", "cut.ndjson.gz", TELEMETRY.read_bytes()[:1_000_000], "cut.ndjson.gz")
        self.refused_rows("PM0804", "plain.csv.gz", "status,version\n200,a\n", "plain.csv.gz")
        self.refused_rows("PM0805", "nothing.csv.gz", gzip.compress(b""), "nothing.csv.gz")
        self.refused_rows("PM0806", "deep.ndjson", '{"status":' + "[" * 100_000 + "\n", "deep.ndjson:1:74")

    def test_a_folder_is_no_file(self):
        (self.folder / "folder.csv").mkdir()
        self.refused("PM0803", "snapshot", "create", "--out", "never", "--stream", "requests=folder.csv", "--schema", AVAILABILITY, at="folder.csv")

    def test_an_output_is_never_overwritten(self):
        rows = self.write("rows.csv", "status,version\n200,a\n")
        self.snapshot("taken", rows, AVAILABILITY)
        create = ("--stream", f"requests={rows}", "--schema", AVAILABILITY)
        self.refused("PM0820", "snapshot", "create", "--out", "taken", *create, code=USAGE, at="taken")
        self.assertIn("a file of this name", self.refused("PM0820", "snapshot", "create", "--out", rows, *create, code=USAGE).err)
        self.assertIn("--out names no directory", self.refused("PM0707", "snapshot", "create", "--out", "", *create, code=USAGE).err)

    def test_streams_that_the_command_line_gets_wrong(self):
        rows = self.write("rows.csv", "status,version\n200,a\n")
        for streams in ((f"requests={rows}", f"requests={rows}"), (f"9={rows}",)):
            self.refused("PM0819", "snapshot", "create", "--out", "never", *[w for s in streams for w in ("--stream", s)], code=USAGE)
        ran = self.refused("PM0707", "snapshot", "create", "--out", "never", "--stream", f"request={rows}", "--schema", AVAILABILITY, code=USAGE)
        self.assertIn("did you mean `--stream requests=", ran.err)

    def test_json_that_is_not_one_object_a_line(self):
        for name, text in (("array.json", '[{"status":200}]\n'), ("pretty.json", '{\n  "status": 200\n}\n')):
            rows = self.write(name, text)
            ran = self.refused("PM0806", "snapshot", "create", "--out", "never", "--stream", f"requests={rows}", at=f"{name}:1:{1 if name == 'array.json' else 2}")
            self.assertIn("one", ran.err)

    def test_compressed_bytes_under_a_plain_name(self):
        for name, suffix, content in (("rows.csv", ".gz", gzip.compress(b"status\n200\n")), ("rows.ndjson", ".zst", b"\x28\xb5\x2f\xfd0000")):
            ran = self.refused("PM0803", "snapshot", "create", "--out", "never", "--stream", f"requests={self.write(name, content)}", at=name)
            self.assertIn(f"name it {name}{suffix}", ran.err)

    def test_policy_tests_without_a_folder_for_their_telemetry(self):
        for folder in (self.folder / "nowhere", "/proc", AVAILABILITY):
            ran = self.expect(IO, "test", AVAILABILITY, env={"TMPDIR": str(folder)})
            self.assertIn("error[PM0708]: no temporary folder can be made", ran.err)
            self.assertIn("help: set `TMPDIR`", ran.err)
            self.assertNotIn("ok  ", ran.out)

    def test_negative_durations_are_said(self):
        policy = self.write("lat.pmk", LATENCY % "ms")
        rows = self.write("negative.csv", "lat\n5\n-3\n-4\n\n")
        ran = self.expect(0, "snapshot", "create", "--out", "negative", "--stream", f"requests={rows}", "--schema", policy)
        self.assertIn("warning[PM0824]: column `lat` holds 2 negative durations, the least is -4ms", ran.err)
        self.assertIn("below 0 2 values", self.expect(0, "snapshot", "inspect", "negative").out)

    def test_latest_of_no_times_is_said(self):
        rows = self.write("untimed.csv", "status\n200\n")
        self.assertNotIn("PM0825", self.expect(0, "snapshot", "create", "--out", "untimed", "--stream", f"requests={rows}").err)
        ran = self.expect(0, "snapshot", "create", "--out", "latest", "--as-of", "latest", "--stream", f"requests={rows}")
        self.assertIn("warning[PM0825]", ran.err)

    def test_numbers_where_a_time_should_be(self):
        policy = self.write("time.pmk", POLICY.replace("status : int", 'time from "time"  status : int'))
        rows = self.write("epoch.csv", "time,status,version\n1700000000,200,a\n")
        ran = self.refused("PM0808", "snapshot", "create", "--out", "never", "--stream", f"requests={rows}", "--schema", policy, at="epoch.csv:2:1")
        self.assertIn("`in epoch_s`", ran.err)

    def test_one_column_in_two_units(self):
        made = self.write("made.pmk", LATENCY % "ms")
        rows = self.write("lat.csv", "lat\n" + "10\n" * 100)
        stored, plain = self.snapshot("stored", rows, made), self.folder / "plain"
        self.expect(0, "snapshot", "create", "--out", plain, "--stream", f"requests={rows}")
        self.expect(0, "eval", made, "--snapshot", stored)
        self.expect(0, "eval", made, "--snapshot", plain)
        self.expect(0, "eval", self.write("any.pmk", LATENCY.replace(" in %s", "").replace("%%", "%")), "--snapshot", stored)
        ran = self.refused("PM0609", "eval", self.write("other.pmk", LATENCY % "s"), "--snapshot", stored, at="other.pmk")
        self.assertIn("declared `in s`", ran.err)
        self.assertIn("was read `in ms`", ran.err)
        self.refused("PM0610", "eval", "any.pmk", "--snapshot", plain, at="any.pmk")
        timed = POLICY.replace("status : int", "time in epoch_s  status : int")
        rows = self.write("times.csv", "time,status,version\n" + "1700000000,200,a\n" * 1000)
        snapshot = self.snapshot("times", rows, self.write("seconds.pmk", timed))
        self.expect(0, "eval", "seconds.pmk", "--snapshot", snapshot, "--set", "release=a")
        millis = self.write("millis.pmk", timed.replace("epoch_s", "epoch_ms"))
        self.refused("PM0609", "eval", millis, "--snapshot", snapshot, "--set", "release=a")

    def test_no_rows_is_no_data(self):
        self.assertEqual(self.decided("header.csv", "status,version\n")["verdict"], "no_data")
        self.assertEqual(self.decided("other.csv", "status,version\n" + "200,b\n" * 5000)["verdict"], "no_data")

    def test_a_column_of_nulls_certifies_nothing(self):
        available = self.decided("nulls.csv", "status,version\n" + ",a\n" * 5000)
        self.assertEqual((available["verdict"], available["n"], available["good"], available["unknown"]), ("inconclusive", 5000, 0, 5000))
        outside = self.decided("nobody.csv", "status,version\n" + "200,\n" * 5000)
        self.assertEqual((outside["verdict"], outside["outside"]), ("no_data", 5000))

    def test_a_few_nulls_count_against_a_pass(self):
        # 9,995 good, 3 bad, 12 unknown: without the unknown ones 99.5 % would be shown at 99.9 %, with them it is not.
        tight = self.write("tight.pmk", POLICY.replace("99.5%", "99.9%"))
        rows = self.write("some.csv", "status,version\n" + "200,a\n" * 9995 + "500,a\n" * 3 + ",a\n" * 12)
        transcript = self.judge(DENY, tight, self.snapshot("some", rows, tight), release="a")[1]
        self.assertEqual(objective(transcript, "available")["verdict"], "inconclusive")
        clean = self.write("clean.csv", "status,version\n" + "200,a\n" * 9995 + "500,a\n" * 3)
        self.judge(0, tight, self.snapshot("clean", clean, tight), release="a")

    def test_skipped_rows_count_against_a_pass(self):
        rows = self.write("bad.csv", "status,version\n" + "200,a\n" * 1000 + "oops,a\n" * 50)
        snapshot = self.snapshot("skipped", rows, AVAILABILITY, "--skip-bad-rows", "50")
        transcript = self.judge(DENY, AVAILABILITY, snapshot, release="a")[1]
        self.assertNotEqual(objective(transcript, "available")["verdict"], "pass")
        self.refused("PM0813", "snapshot", "create", "--out", "never", "--stream", f"requests={rows}", "--schema", AVAILABILITY,
                     "--skip-bad-rows", "49", at="bad.csv")


WINDOWED = """edition 2026
policy windowed {
  telemetry requests : events { time from "t" in epoch_s  ok : bool  lat : duration from "lat" in ms }
  objective good { require fraction(requests, ok) >= 50%  confidence 95%  over last 1h %s }
  objective fast { require p50(requests.lat) <= 100ms  confidence 95%  over last 1h %s }
  decide { certify for 1d when all objectives pass  deny otherwise }
}
"""


class BadTimes(ProgramTest):
    """3,000 good rows over the last hour, and others whose time or condition nobody knows."""

    def evaluated(self, name, code, unknown, others):
        rows = "".join(f"{1_700_000_000 + row},true,10\n" for row in range(0, 3600))
        snapshot = self.snapshot(name, self.write(f"{name}.csv", "t,ok,lat\n" + rows + others), self.policy(name, unknown))
        transcript = self.judge(code, self.policy(name, unknown), snapshot)[1]
        self.expect(0, "verify", "transcript.json", "--policy", f"{name}.pmk", "--snapshot", snapshot)
        self.expect(0, "verify", "transcript.json", "--policy", f"{name}.pmk", "--facts-only")
        return transcript

    def policy(self, name, unknown):
        return self.write(f"{name}.pmk", WINDOWED.replace("%s", unknown))

    def test_rows_without_a_time_count_against_a_pass_of_a_window(self):
        transcript = self.evaluated("untimed", DENY, "", ",false,500\n" * 4000)
        for name in ("good", "fast"):
            row = objective(transcript, name)
            self.assertEqual((row["verdict"], row["reason"], row["unknown"]), ("inconclusive", "unknown_rows", 4000))
        self.assertIn("unknown to every objective with a window", self.expect(DENY, "eval", "untimed.pmk", "--snapshot", "untimed").out)
        self.evaluated("few", 0, "", ",false,500\n" * 40)

    def test_excluded_rows_leave_a_window_too(self):
        transcript = self.evaluated("excluded", 0, 'unknown counts as excluded because "probes"', "1700000001,,\n" * 50)
        self.assertEqual(objective(transcript, "good")["n"], 3600)
        page = self.expect(0, "eval", "excluded.pmk", "--snapshot", "excluded").out
        self.assertIn('50 rows unknown, excluded because "probes"', page)
        self.assertNotIn("outside", page)


class BadSnapshots(RecordedTest):
    PARAMETERS = ("--set", "candidate=stable_b", "--set", "stable=stable")

    def altered(self, alter):
        copy = self.folder / "altered"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.recorded, copy)
        alter(copy)
        return copy

    def refused_snapshot(self, diagnostic, at, alter, code=INVALID):
        copy = self.altered(alter)
        self.refused(diagnostic, "eval", CANARY, "--snapshot", copy, *self.PARAMETERS, code=code, at=at)
        self.assertIn(self.run_program("snapshot", "verify", copy).code, (INVALID, MISSING))
        self.assertIn(self.run_program("snapshot", "inspect", copy).code, (INVALID, MISSING))

    def test_truncated_arrow_files(self):
        whole = (self.recorded / "streams/requests.arrow").stat().st_size
        for length in (0, 1, 7, 8, 64, 1000, 4096, 100_000, whole // 2, whole - 64, whole - 8, whole - 1):
            self.refused_snapshot("PM0834", "requests.arrow", lambda copy: self.truncate(copy / "streams/requests.arrow", length))

    @staticmethod
    def truncate(path, length):
        with open(path, "r+b") as file:
            file.truncate(length)

    def test_altered_arrow_files(self):
        whole = (self.recorded / "streams/requests.arrow").read_bytes()
        page = self.expect(0, "eval", CANARY, "--snapshot", self.recorded, *self.PARAMETERS).out
        copy = self.altered(lambda copy: None)
        for at in (*range(0, 2048, 61), *range(4096, len(whole), len(whole) // 40), *range(len(whole) - 3000, len(whole), 97)):
            altered = whole[:at] + bytes([whole[at] ^ (1 if at % 2 else 0x80)]) + whole[at + 1:]
            (copy / "streams/requests.arrow").write_bytes(altered)
            ran = self.expect(INVALID, "snapshot", "verify", copy)
            self.assertIn("requests.arrow", ran.err)
            ran = self.run_program("eval", CANARY, "--snapshot", copy, *self.PARAMETERS)
            self.assertIn(ran.code, (0, INVALID), str(ran))  # 0: padding, which no column reads
            if ran.code == 0:
                self.assertEqual(ran.out, page, f"byte {at}")

    def test_lacking_and_stray_files(self):
        self.refused_snapshot("PM0833", "requests.arrow", lambda copy: (copy / "streams/requests.arrow").unlink())
        self.refused_snapshot("PM0833", "requests.json", lambda copy: (copy / "zones/requests.json").unlink())
        self.refused_snapshot("PM0830", "manifest.json", lambda copy: (copy / "manifest.json").unlink(), code=MISSING)
        stray = self.altered(lambda copy: (copy / "streams/more.arrow").touch())
        self.refused("PM0843", "snapshot", "verify", stray, at="more.arrow")
        for alter, at in ((lambda copy: (copy / "notes.txt").touch(), "notes.txt"), (lambda copy: (copy / "more").mkdir(), "more"),
                          (lambda copy: (copy / "streams/more").mkdir(), "streams/more"), (self.linked, "requests.arrow")):
            self.refused("PM0843", "snapshot", "verify", self.altered(alter), at=at)

    def linked(self, copy):
        file = copy / "streams/requests.arrow"
        shutil.move(file, self.folder / "elsewhere.arrow")
        file.symlink_to(self.folder / "elsewhere.arrow")

    def test_pipes_in_place_of_files(self):
        def piped(name):
            def alter(copy):
                (copy / name).unlink()
                os.mkfifo(copy / name)
            return alter
        for name in ("manifest.json", "streams/requests.arrow", "zones/requests.json"):
            copy = self.altered(piped(name))
            self.refused("PM0831", "eval", CANARY, "--snapshot", copy, *self.PARAMETERS, code=IO, timeout=10)
        os.mkfifo(self.folder / "pipe")
        for arguments in (("check", "pipe"), ("check", "/dev/zero"), ("verify", "pipe", "--policy", CANARY, "--facts-only")):
            self.assertIn("no regular file", self.refused("PM0702", *arguments, code=IO, timeout=10).err)
        self.assertIn("is a directory, not a transcript", self.refused("PM0702", "verify", ".", "--policy", CANARY, "--facts-only", code=IO).err)

    def test_altered_manifests(self):
        def edit(old, new):
            def alter(copy):
                text = (copy / "manifest.json").read_text()
                self.assertIn(old, text)
                (copy / "manifest.json").write_text(text.replace(old, new, 1))
            return alter
        self.refused_snapshot("PM0839", "requests.arrow", edit('"rows":313107', '"rows":313108'))
        for old, new in (("proofmark-snapshot/1", "proofmark-snapshot/2"), ('"rows":313107', '"rows":"313107"'), ('{"asOf"', '{ "asOf"'),
                         ("}", ""), ('"rows":313107', '"rows":313107,"rows":313107'), ("requests.arrow", "../requests.arrow")):
            self.refused_snapshot("PM0832", "manifest.json", edit(old, new))

    def test_altered_zone_maps(self):
        zones = (self.recorded / "zones/requests.json").read_text()
        self.refused_snapshot("PM0842", "requests.json", lambda copy: (copy / "zones/requests.json").write_text(zones.replace("17953360", "17953361", 1)))

    def test_an_empty_snapshot(self):
        (self.folder / "void").mkdir()
        self.refused("PM0830", "eval", CANARY, "--snapshot", "void", *self.PARAMETERS, code=MISSING)
        self.refused("PM0830", "eval", CANARY, "--snapshot", CANARY, *self.PARAMETERS, code=MISSING)

    def test_a_schema_that_does_not_fit(self):
        rows = self.write("rows.csv", "status,version\n200,a\n")
        other = self.snapshot("other", rows, AVAILABILITY)
        ran = self.refused("PM0602", "eval", CANARY, "--snapshot", other, *self.PARAMETERS, at="checkout_canary.pmk")
        self.assertIn("`msec`", ran.err)
        self.assertIn("`request_time`", ran.err)
        renamed = self.write("renamed.pmk", POLICY.replace("telemetry requests", "telemetry calls").replace("(requests", "(calls"))
        self.refused("PM0601", "eval", renamed, "--snapshot", other, "--set", "release=a", at="renamed.pmk")
        timed = self.write("timed.pmk", CANARY.read_text().split("test \"")[0].replace('duration : duration from "request_time" in s', 'duration : duration from "version" in s'))
        self.refused("PM0603", "eval", timed, "--snapshot", self.recorded, *self.PARAMETERS, at="timed.pmk")

    def test_missing_parameters(self):
        self.refused("PM0704", "eval", CANARY, "--snapshot", self.recorded, "--set", "candidate=stable_b", code=USAGE)


if __name__ == "__main__":
    main()
