"""The cache from outside: hits say so, no result depends on one, and nothing that is wrong with the folder is an error."""
import os
import pathlib
import stat
import subprocess
import unittest

import program
from program import CANARY, DENY, INVALID, PROGRAM, TELEMETRY


class Cache(program.ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run([str(PROGRAM), "snapshot", "create", "--out", "snap", "--as-of", "latest",
                        "--stream", f"requests={TELEMETRY}", "--schema", str(CANARY)],
                       cwd=cls.folder, check=True, capture_output=True)

    def setUp(self):
        self.place = self.folder / self.id().split(".")[-1]

    def judge(self, candidate="canary", env=None, engine="native"):
        """The transcript and what stderr says."""
        environment = {"PROOFMARK_CACHE": str(self.place), **(env or {})}
        ran = self.expect(DENY, "eval", CANARY, "--snapshot", "snap", "--set", f"candidate={candidate}", "--set",
                          "stable=stable", "--format", "json", "--engine", engine, "--explain-engine", env=environment)
        return ran.out, ran.err

    def command(self, word, code=0):
        return self.expect(code, "cache", word, env={"PROOFMARK_CACHE": str(self.place)})

    def entries(self, kind):
        return sorted(self.place.glob(f"{kind}-*"))

    def native(self):
        if not (PROGRAM.parent / "proofmark_codegen.so").exists():
            self.skipTest("built without the code generator")

    def test_tests_leave_the_users_folder_alone(self):
        self.assertTrue(pathlib.Path(os.environ["PROOFMARK_CACHE"]).is_relative_to(program.BUILD))

    def test_a_hit_says_so_and_changes_nothing(self):
        self.native()
        first, said = self.judge()
        self.assertNotIn("from the cache", said)
        second, said = self.judge()
        self.assertIn("engine: native, code from the cache", said)
        self.assertEqual(first, second)
        _, said = self.judge(candidate="canary@sha256:" + "0" * 64)
        self.assertIn("from the cache", said, "another build of the candidate has the same shape")
        interpreted, _ = self.judge(engine="interpreter")
        self.assertEqual(first, interpreted)

    def test_a_hit_opens_no_generator(self):
        self.native()
        self.judge()
        _, said = self.judge(env={"LD_DEBUG": "files"})
        self.assertIn("libc.so", said)
        self.assertNotIn("proofmark_codegen", said)

    def test_files_are_private(self):
        self.native()
        self.judge()
        self.assertEqual(stat.S_IMODE(self.place.stat().st_mode), 0o700)
        for file in self.place.iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)

    def test_damage_is_compiled_anew(self):
        self.native()
        first, _ = self.judge()
        [entry] = self.entries("object")
        sound = entry.read_bytes()
        for place in range(0, len(sound), max(1, len(sound) // 12)):
            entry.write_bytes(sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1:])
            again, said = self.judge()
            self.assertEqual(first, again)
            self.assertNotIn("from the cache", said)
            self.assertIn("damaged", said)
            self.assertEqual(entry.read_bytes(), sound)

    def test_an_unsafe_folder_is_not_used(self):
        self.native()
        self.place.mkdir(mode=0o700)
        self.place.chmod(0o755)
        _, said = self.judge()
        self.assertIn("others than its owner may use it", said)
        self.assertEqual(list(self.place.iterdir()), [])
        self.assertIn("PM1002", self.command("list", INVALID).err)
        self.assertIn("PM1002", self.command("clear", INVALID).err)

    def test_no_home_and_no_folder_are_silent(self):
        self.place.write_text("in the way")
        for environment in ({"PROOFMARK_CACHE": ""}, {"PROOFMARK_CACHE": "/proc/nowhere"}, {"PROOFMARK_CACHE": str(self.place)}):
            ran = self.expect(DENY, "eval", CANARY, "--snapshot", "snap", "--set", "candidate=canary", "--set", "stable=stable",
                              env=environment)
            self.assertEqual(ran.err, "")
        bare = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME", "PROOFMARK_CACHE")}
        done = subprocess.run([str(PROGRAM), "check", str(CANARY)], env=bare, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_two_processes_fill_it_at_once(self):
        self.native()
        arguments = [str(PROGRAM), "eval", str(CANARY), "--snapshot", "snap", "--set", "candidate=canary", "--set",
                     "stable=stable", "--engine", "native", "--format", "json"]
        environment = {**os.environ, "PROOFMARK_CACHE": str(self.place)}
        running = [subprocess.Popen(arguments, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for _ in range(6)]
        answers = {process.communicate() for process in running}
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self.entries("object")), 1)
        self.assertEqual(list(self.place.glob(".new-*")), [])

    def test_list_clear_path(self):
        self.assertEqual(self.command("path").out, f"{self.place}\n")
        self.assertEqual(self.command("list").out, "0 entries, 0 bytes\n")
        self.assertFalse(self.place.exists())
        self.native()
        self.judge()
        self.assertIn("object", self.command("list").out)
        self.assertRegex(self.command("clear").out, r"^removed \d+ entr(y|ies), \d+ bytes\n$")
        self.assertEqual(self.command("list").out, "0 entries, 0 bytes\n")

    def test_a_kept_plan_warns_and_judges_as_a_new_one(self):
        policy = self.folder / "warned.pmk"
        policy.write_text(CANARY.read_text().replace(">= 99.5%", ">= 99.9999%").replace("at least 1_000 rows", "at least 1 rows"))
        plain = {"PROOFMARK_CACHE": ""}
        kept = {"PROOFMARK_CACHE": str(self.place)}
        for arguments in (["check", policy], ["check", policy, "--format", "json"],
                          ["check", policy, "--set", "candidate=x"], ["check", CANARY, policy],
                          ["eval", policy, "--snapshot", "snap", "--set", "candidate=canary", "--set", "stable=stable"],
                          ["eval", policy, "--snapshot", "snap", "--set", "candidate=canary", "--set", "stable=stable",
                           "--format", "json"]):
            runs = [self.run_program(*arguments, env=environment) for environment in (plain, kept, kept)]
            self.assertEqual(len({(ran.code, ran.out, ran.err) for ran in runs}), 1, runs[0])
        self.assertGreaterEqual(len(self.entries("plan")), 4)

    def test_whatever_changes_a_plan_changes_its_key(self):
        policy = self.folder / "changing.pmk"
        policy.write_text(CANARY.read_text())
        kept = {"PROOFMARK_CACHE": str(self.place)}

        def count(*arguments):
            self.expect(0, "check", policy, *arguments, env=kept)
            return len(self.entries("plan"))

        self.assertEqual([count(), count()], [1, 1])
        self.assertEqual(count("--set", "candidate=1"), 2)
        self.assertEqual(count("--set", "candidate=2"), 3)
        policy.write_text(CANARY.read_text() + "// a comment\n")
        self.assertEqual(count(), 4)
        policy.write_text(CANARY.read_text().replace("edition 2026", "edition 1999"))
        self.expect(INVALID, "check", policy, env=kept)
        self.assertEqual(len(self.entries("plan")), 4, "what has errors is not kept")

    def test_a_damaged_plan_is_compiled_anew(self):
        plain, _ = self.judge(engine="interpreter")
        [entry] = self.entries("plan")
        sound = entry.read_bytes()
        for place in range(0, len(sound), max(1, len(sound) // 25)):
            entry.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1:])
            self.assertEqual(self.judge(engine="interpreter")[0], plain)
            self.assertEqual(entry.read_bytes(), sound, "mended")

    def test_stats_tell_why_a_folder_is_not_used(self):
        self.place.mkdir()
        self.place.chmod(0o755)
        arguments = ["eval", CANARY, "--snapshot", "snap", "--set", "candidate=canary", "--set", "stable=stable", "--stats"]
        kept = {"PROOFMARK_CACHE": str(self.place)}
        why = f"stats: the cache folder `{self.place}` is not used: others than its owner may use it"
        self.assertIn(why, self.expect(DENY, *arguments, env=kept).err)
        self.assertNotIn("is not used", self.expect(DENY, *arguments, "--no-cache", env=kept).err)
        self.place.chmod(0o700)
        self.assertNotIn("is not used", self.expect(DENY, *arguments, env=kept).err)

    def test_stats_tell_the_tier_on_stderr_only(self):
        self.native()
        arguments = ["eval", CANARY, "--snapshot", "snap", "--set", "candidate=canary", "--set", "stable=stable", "--format", "json"]
        kept = {"PROOFMARK_CACHE": str(self.place)}
        plain = self.expect(DENY, *arguments, env=kept)
        for engine, tier in (("interpreter", "interpreter"), ("native", "native, compiled"), ("native", "native, code from the cache")):
            ran = self.expect(DENY, *arguments, "--stats", "--engine", engine, env=kept)
            self.assertEqual(ran.out, plain.out)
            self.assertRegex(ran.err, r"stats: policies [\d.]+ ms \(1 of 1 from the cache\), snapshot .*, run .*, judgement ")
            self.assertRegex(ran.err, rf"stats: stream `requests`: [\d,]+ rows, [\d,]+ bytes: .*\({tier}\), pass .* rows a second")

    def test_no_cache_keeps_nothing(self):
        self.native()
        self.expect(DENY, "eval", CANARY, "--snapshot", "snap", "--set", "candidate=canary", "--set", "stable=stable",
                    "--engine", "native", "--no-cache", env={"PROOFMARK_CACHE": str(self.place)})
        self.assertFalse(self.place.exists())


if __name__ == "__main__":
    unittest.main()
