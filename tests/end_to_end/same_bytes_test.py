"""Same inputs, same transcript: whatever the engine, the number of threads, the folder, the locale, the time zone and the
processor, and however often. What is compared is the file's bytes."""
import itertools
import os
import random
import re
import shutil
import subprocess

from program import CANARY, CERTIFY, DENY, LOAD_BEGAN, TELEMETRY, THIRD_PARTY, THREE_NINES, RecordedTest, main

# Hides newer instructions from the C library's own mathematics, as if the machine were another one.
OLDER_PROCESSOR = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX"}


METHODS = """edition 2026
policy methods {
  confidence 95%
  telemetry requests : events {
    time from "ts" in epoch_s  version : label  session : label  region : label in { "eu", "us", "ap" }  status : int
    duration : duration in ms  score : float
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  expect split canary : baseline = 40 : 60
  sli bad  = fraction(canary, status >= 500)
  sli base = fraction(baseline, status >= 500)
  model outage {
    seed 3  trials 20_000
    draw p ~ beta(6, 400)  draw fails[3] ~ bernoulli(p)  draw waits[3] ~ gamma(shape: 2, scale: 40ms)  draw calls ~ poisson(12)
    let breached = all(fails) or sum(waits until not fails) > 500ms or calls > 30
  }
  model retries { seed 5  trials 20_000  draw tries[2] ~ sample(canary.duration)  let both = all(tries > 400ms) }
  objective exact    { require bad <= 2% }
  objective mid      { require bad <= 2%  method mid_p }
  objective rare     { require per_million(canary, status >= 500) <= 20_000ppm }
  objective tail     { require p99(canary.duration) <= 800ms }
  objective grouped  { require p95(requests.duration) <= 350ms and fraction(requests, status < 500) >= 98%  for each region }
  objective some     { require any of (bad <= 2%, p50(canary.duration) <= 60ms, mean(canary.score, low: 0, high: 1) <= 0.52) }
  objective bounded  { require mean(canary.score, low: 0, high: 1) <= 0.52 }
  objective range    { require mean(canary.score, low: 0, high: 1) <= 0.52  method hoeffding }
  objective student  { require mean(canary.score, low: 0, high: 1) <= 0.52  method student_t }
  objective less     { require bad - base <= 2% }
  objective score    { require bad - base <= 1%  method miettinen_nurminen }
  objective strata   { require bad - base <= 1%  stratified by region }
  objective odds     { require odds_ratio(bad, base) <= 2  stratified by region }
  objective alike    { require similarity(canary.duration, baseline.duration) >= 90% }
  objective worse    { require not_worse(canary.duration, baseline.duration, by: 8%) }
  objective pairs    { require probability_worse(canary.duration, baseline.duration) <= 55% }
  objective shift    { require quantile_shift(canary.duration, baseline.duration, 90%) <= 80ms }
  objective product  { require fraction(canary, status < 500) * fraction(canary, duration < 1s) >= 95% }
  objective sessions { require bad <= 4%  clustered by session design effect 2 }
  objective measured { require bad <= 6%  clustered by session }
  objective minutes  { require bad <= 4%  blocks of 5m }
  objective bursts   { require rate(canary where status >= 500, per: 1h, buckets: 10m) <= 60 }
  objective poisson  { require rate(canary where status >= 500, per: 1h) <= 60  assume poisson because "x" }
  objective modelled { require probability(outage.breached) <= 5% }
  objective sampled  { require probability(retries.both) <= 5% }
  decide { certify when all objectives pass  deny otherwise }
}
"""


def installed_locales():
    return subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()


class SameBytes(RecordedTest):
    def transcript(self, *more, version="stable_b", code=CERTIFY, policy=CANARY, snapshot=None, **options):
        out = self.folder / "t.json"
        self.expect(code, "eval", policy, "--snapshot", snapshot or self.recorded, "--set", f"candidate={version}",
                    *(("--set", "stable=stable") if policy == CANARY else ("--set", f"rollout={LOAD_BEGAN}")),
                    "--transcript", out, "--quiet", *more, **options)
        return out.read_bytes()

    def test_policy_tests_are_told_in_their_order(self):
        text = THREE_NINES.read_text().split("test \"")[0]
        tests = "".join(f'''test "t{i}" {{ policy three_nines with candidate = "stable_b", rollout = start  seed {i}
  given requests {{ {rows} rows over 10m {{ status = 200  version = "stable_b" }} }}
  expect {"hold" if i % 5 else "deny"} }}
''' for i, rows in enumerate(random.Random(3).choices([10, 300, 6_000], k=40)))
        many = self.write("many.pmk", text + tests)
        wanted = self.expect(DENY, "test", many, "--threads", "1")
        told = re.findall(r"^(?:ok  |FAIL) .*: t(\d+)$", wanted.out, re.M)
        self.assertEqual(told, [str(i) for i in range(40)])
        self.assertIn("FAIL", wanted.out)
        for more in (["--threads", "3"], ["--threads", "40"], []):
            for form in ([], ["--format", "json"]):
                first = self.expect(DENY, "test", many, "--threads", "1", *form)
                self.assertEqual(self.expect(DENY, "test", many, *more, *form).out, first.out)

    def test_engines_and_threads(self):
        for version, code in (("stable_b", CERTIFY), ("canary", DENY)):
            wanted = self.transcript("--engine", "interpreter", "--threads", "1", version=version, code=code)
            for engine, threads in itertools.product(("interpreter", "native", "auto"), ("1", "2", "7")):
                self.assertEqual(self.transcript("--engine", engine, "--threads", threads, version=version, code=code), wanted,
                                 f"{engine}, {threads} threads")

    def test_processors_and_code_generation(self):
        wanted = self.transcript("--engine", "interpreter")
        for cpu, level in itertools.product(("baseline", "v3", "host"), ("0", "2")):
            self.assertEqual(self.transcript("--engine", "native", "--cpu", cpu, "--codegen-level", level), wanted, f"{cpu}, O{level}")
        for engine in ("interpreter", "native"):
            self.assertEqual(self.transcript("--engine", engine, env=OLDER_PROCESSOR), wanted, engine)

    # 200,000 trials: one after the other by the interpreter, in blocks by vector loops of every width else.
    def test_models(self):
        rows = self.write("rows.csv", "status,version\n" + "200,2.4.0\n" * 5000)
        self.expect(CERTIFY, "snapshot", "create", "--out", self.folder / "calls", "--stream", f"requests={rows}",
                    "--schema", THIRD_PARTY)
        out = self.folder / "m.json"

        def transcript(*more, **options):
            self.expect(CERTIFY, "eval", THIRD_PARTY, "--snapshot", self.folder / "calls", "--set", "candidate=2.4.0", "--set",
                        "patience=800ms", "--transcript", out, "--quiet", *more, **options)
            return out.read_bytes()

        wanted = transcript("--engine", "interpreter", "--threads", "1")
        for threads in ("1", "2", "7"):
            self.assertEqual(transcript("--threads", threads), wanted, threads)
        for cpu in ("baseline", "v3", "host"):
            self.assertEqual(transcript("--cpu", cpu), wanted, cpu)
        self.assertEqual(transcript(env=OLDER_PROCESSOR), wanted)

    # Everything that decides an objective, over made-up rows with every kind of trouble in them.
    def test_every_deciding_method(self):
        draw = random.Random(12)
        lines = ["ts,version,session,region,status,duration,score\n"]
        for row in range(30_000):
            version, region, session = "12"[draw.random() < 0.4], draw.choice(("eu", "us", "ap")), f"s{draw.randint(1, 900)}"
            status = "" if draw.random() < 0.001 else 500 if draw.random() < (0.004, 0.02)[session < "s2"] else 200
            lines.append(f"{1_760_000_000 + row * 0.8:.1f},{version},{session},{region},{status},{draw.lognormvariate(4, 1):.3f},{draw.random():.6f}\n")
        rows = self.write("methods.csv", "".join(lines))
        policy = self.write("methods.pmk", METHODS)
        self.expect(0, "snapshot", "create", "--out", self.folder / "methods", "--stream", f"requests={rows}", "--schema", policy)
        out = self.folder / "methods.json"

        def transcript(*more, **options):
            ran = self.run_program("eval", policy, "--snapshot", self.folder / "methods", "--transcript", out, "--quiet", *more, **options)
            self.assertIn(ran.code, (CERTIFY, DENY), str(ran))
            return out.read_bytes()

        wanted = transcript("--engine", "interpreter", "--threads", "1", "--no-cache")
        for cpu, engine in itertools.product(("baseline", "v3", "host"), ("interpreter", "native")):
            self.assertEqual(transcript("--cpu", cpu, "--engine", engine, "--no-cache"), wanted, f"{cpu}, {engine}")
            self.assertEqual(transcript("--cpu", cpu, "--engine", engine, "--no-cache", env=OLDER_PROCESSOR), wanted, f"{cpu}, {engine}, older")

    def test_the_native_engine_really_ran(self):
        ran = self.expect(CERTIFY, "eval", CANARY, "--snapshot", self.recorded, "--set", "candidate=stable_b", "--set",
                          "stable=stable", "--engine", "native", "--explain-engine")
        self.assertIn("engine: native", ran.err)

    def test_locales_and_time_zones(self):
        wanted = self.transcript()
        for locale in {"C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", *installed_locales()}:
            self.assertEqual(self.transcript(env={"LC_ALL": locale, "LANG": locale}), wanted, locale)
        for zone in ("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", ":no/such/zone", "XXX-14:59"):
            self.assertEqual(self.transcript(env={"TZ": zone}), wanted, zone)

    def test_folders(self):
        wanted = self.transcript()
        (self.folder / "deep" / "er").mkdir(parents=True)
        self.assertEqual(self.transcript(cwd="/"), wanted)
        self.assertEqual(self.transcript(cwd=self.folder / "deep" / "er", snapshot="../../recorded"), wanted)
        shutil.copytree(self.recorded, self.folder / "moved")
        self.assertEqual(self.transcript(snapshot=self.folder / "moved"), wanted)
        copy = self.write("elsewhere/checkout_canary.pmk", CANARY.read_bytes())
        again = self.folder / "again.json"
        self.expect(CERTIFY, "eval", copy, "--snapshot", self.recorded, "--set", "stable=stable", "--set", "candidate=stable_b",
                    "--transcript", again, "--quiet")
        self.assertEqual(again.read_bytes(), wanted)

    def test_an_empty_environment(self):
        wanted = self.transcript()
        out = self.folder / "bare.json"
        done = subprocess.run([os.environ["PROOFMARK"], "eval", CANARY, "--snapshot", self.recorded, "--set", "candidate=stable_b",
                               "--set", "stable=stable", "--transcript", out, "--quiet"], env={}, check=False)
        self.assertEqual((done.returncode, out.read_bytes()), (CERTIFY, wanted))

    def test_nothing_of_this_machine_is_in_it(self):
        text = self.transcript().decode()
        for word in (str(self.folder), os.uname().nodename, "/", "thread", "interpreter", "native"):
            if word == "/":
                self.assertNotIn('":"/', text)  # no path; `/` itself stands in fractions
            else:
                self.assertNotIn(word, text)

    def test_the_snapshot_itself(self):
        manifest = (self.recorded / "manifest.json").read_bytes()
        for index, environment in enumerate(({"TZ": "Asia/Kathmandu"}, {"LC_ALL": "tr_TR.UTF-8"}, OLDER_PROCESSOR, {})):
            again = self.folder / f"again{index}"
            self.expect(0, "snapshot", "create", "--out", again, "--stream", f"requests={TELEMETRY}", "--schema", CANARY, env=environment)
            self.assertEqual((again / "manifest.json").read_bytes(), manifest)
            self.assertEqual((again / "streams/requests.arrow").read_bytes(), (self.recorded / "streams/requests.arrow").read_bytes())

    def test_an_open_question_too(self):
        wanted = self.transcript(policy=THREE_NINES, code=2)
        for engine, threads in itertools.product(("interpreter", "native"), ("1", "7")):
            self.assertEqual(self.transcript("--engine", engine, "--threads", threads, policy=THREE_NINES, code=2), wanted)


if __name__ == "__main__":
    main()
