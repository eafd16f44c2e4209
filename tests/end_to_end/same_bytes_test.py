"""Same inputs, same transcript: whatever the engine, the number of threads, the folder, the locale, the time zone and the
processor, and however often. What is compared is the file's bytes."""
import itertools
import os
import shutil
import subprocess

from program import CANARY, CERTIFY, DENY, LOAD_BEGAN, TELEMETRY, THIRD_PARTY, THREE_NINES, RecordedTest, main

# Hides newer instructions from the C library's own mathematics, as if the machine were another one.
OLDER_PROCESSOR = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX"}


def installed_locales():
    return subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()


class SameBytes(RecordedTest):
    def transcript(self, *more, version="stable_b", code=CERTIFY, policy=CANARY, snapshot=None, **options):
        out = self.folder / "t.json"
        self.expect(code, "eval", policy, "--snapshot", snapshot or self.recorded, "--set", f"candidate={version}",
                    *(("--set", "stable=stable") if policy == CANARY else ("--set", f"rollout={LOAD_BEGAN}")),
                    "--transcript", out, "--quiet", *more, **options)
        return out.read_bytes()

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
