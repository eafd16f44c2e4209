"""A snapshot that grows: the longer one is what one made of all files would be, the old one keeps its meaning, and whatever is wrong
changes nothing."""
import gzip
import json
import shutil
import subprocess

from program import (CANARY, DENY, IO, MISSING, PROGRAM, TELEMETRY, USAGE, ProgramTest, main)


def lines_of(path=TELEMETRY):
    with gzip.open(path, "rt") as lines:
        return lines.readlines()


class Growing(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = lines_of()
        cls.parts = []
        for place, (begin, end) in enumerate(((0, 150_000), (150_000, 260_000), (260_000, len(lines)))):
            cls.parts.append(cls.folder / f"part{place}.ndjson")
            cls.parts[-1].write_text("".join(lines[begin:end]))
        subprocess.run([PROGRAM, "snapshot", "create", "--out", cls.folder / "one", "--stream", f"requests={cls.parts[0]}", "--schema", CANARY, "--quiet"], check=True)

    def grown(self, name, *files, snapshot="one", **options):
        streams = [word for file in files for word in ("--stream", f"requests={file}")]
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.expect(0, "snapshot", "append", snapshot, *streams, "--out", name, **options)

    def manifest(self, name):
        return json.loads((self.folder / name / "manifest.json").read_bytes())

    def test_what_is_not_the_snapshots_is_not_replaced(self):
        self.snapshot("own", self.parts[0], CANARY)
        notes = self.folder / "own" / "NOTES.txt"
        notes.write_text("mine\n")
        refused = self.expect(65, "snapshot", "append", "own", "--stream", f"requests={self.parts[1]}", "--in-place")
        self.assertIn("PM0843", refused.err)
        self.assertEqual(notes.read_text(), "mine\n")

    def test_it_is_the_snapshot_of_the_whole_recording(self):
        self.snapshot("whole", TELEMETRY, CANARY)
        self.grown("two", self.parts[1])
        self.grown("three", self.parts[2], snapshot="two")
        self.grown("at_once", *self.parts[1:])
        for name in ("three", "at_once"):
            for file in ("streams/requests.arrow", "zones/requests.json"):
                self.assertEqual((self.folder / name / file).read_bytes(), (self.folder / "whole" / file).read_bytes())
            grown, whole = self.manifest(name), self.manifest("whole")
            self.assertEqual([source["name"] for source in grown["streams"][0].pop("moreSources")], ["part1.ndjson", "part2.ndjson"])
            self.assertEqual(grown["streams"][0].pop("source")["name"], "part0.ndjson")
            whole["streams"][0].pop("source")
            self.assertEqual(grown, whole)
            self.expect(0, "snapshot", "verify", name)
        self.assertEqual((self.folder / "three/manifest.json").read_bytes(), (self.folder / "at_once/manifest.json").read_bytes())
        parameters = {"candidate": "canary", "stable": "stable"}
        _, over_grown = self.judge(DENY, CANARY, "three", **parameters)
        _, over_whole = self.judge(DENY, CANARY, "whole", **parameters)
        self.assertEqual(over_grown["facts"], over_whole["facts"])
        self.assertNotEqual(over_grown["inputs"], over_whole["inputs"])

    def test_pages(self):
        ran = self.grown("paged", self.parts[1])
        self.assertIn("requests: 260,000 rows, 110,000 of them new", ran.out)
        inspected = self.expect(0, "snapshot", "inspect", "paged").out
        self.assertIn("  from    part0.ndjson", inspected)
        self.assertIn("  and     part1.ndjson", inspected)
        shutil.rmtree(self.folder / "paged")
        told = json.loads(self.expect(0, "snapshot", "append", "one", "--stream", f"requests={self.parts[1]}", "--out", "paged", "--format", "json").out)
        self.assertEqual(told["oldId"], json.loads(self.expect(0, "snapshot", "inspect", "one", "--format", "json").out)["id"])
        self.assertEqual(told["streams"], [{"name": "requests", "rows": 260_000, "newRows": 110_000, "newSkippedRows": 0, "keptRows": 131_072}])
        source = json.loads(self.expect(0, "snapshot", "inspect", "paged", "--format", "json").out)["streams"][0]
        self.assertEqual([file["name"] for file in source["moreSources"]], ["part1.ndjson"])

    def test_in_place_the_old_decision_is_not_mistaken_for_one_over_the_new_rows(self):
        shutil.copytree(self.folder / "one", self.folder / "live")
        parameters = [word for pair in ("candidate=canary", "stable=stable") for word in ("--set", pair)]
        self.run_program("eval", CANARY, "--snapshot", "live", *parameters, "--transcript", "old.json", "--quiet")
        self.expect(0, "verify", "old.json", "--policy", CANARY, "--snapshot", "live")
        self.expect(0, "snapshot", "append", "live", "--stream", f"requests={self.parts[1]}", "--in-place", "--quiet")
        self.assertEqual(self.manifest("live")["streams"][0]["rows"], 260_000)
        self.refused("PM0906", "verify", "old.json", "--policy", CANARY, "--snapshot", "live")
        self.expect(0, "verify", "old.json", "--policy", CANARY, "--snapshot", "one")
        self.assertEqual([path for path in self.folder.iterdir() if path.name.startswith(".")], [])

    def test_usage(self):
        more = f"requests={self.parts[1]}"
        for words in ((), ("--out", "x", "--in-place"), ("--out", ""), ("--out", "x", "--as-of", "noon"), ("--out", "x", "--stream", "requests")):
            self.refused("PM0707", "snapshot", "append", "one", "--stream", more, *words, code=USAGE)
        self.refused("PM0707", "snapshot", "append", "one", "--out", "x", code=USAGE)
        self.refused("PM0828", "snapshot", "append", "one", "--stream", f"request={self.parts[1]}", "--out", "x", code=USAGE)
        self.refused("PM0820", "snapshot", "append", "one", "--stream", more, "--out", "one", code=USAGE)
        self.refused("PM0848", "snapshot", "append", "one", "--stream", more, "--out", "one/more", code=USAGE)
        self.refused("PM0830", "snapshot", "append", "none", "--stream", more, "--out", "x", code=MISSING)
        self.refused("PM0830", "snapshot", "append", "none", "--stream", more, "--in-place", code=MISSING)
        self.refused("PM0801", "snapshot", "append", "one", "--stream", "requests=none.ndjson", "--out", "x", code=MISSING)
        self.refused("PM0821", "snapshot", "append", "one", "--stream", more, "--out", "nowhere/x", code=IO)
        self.refused("PM0827", "snapshot", "append", "one", "--stream", f"requests={self.parts[0]}", "--out", "x")
        self.assertFalse((self.folder / "x").exists())

    def test_what_is_wrong_changes_nothing(self):
        shutil.copytree(self.folder / "one", self.folder / "kept")
        before = {path: path.read_bytes() for path in sorted((self.folder / "kept").rglob("*")) if path.is_file()}
        bad = self.write("bad.ndjson", '{"msec":1795336200.0,"version":"canary","status":"fine","request_time":0.01}\n')
        self.refused("PM0808", "snapshot", "append", "kept", "--stream", f"requests={bad}", "--in-place", at="bad.ndjson")
        other = self.write("other.ndjson", '{"msec":1795336200.0,"version":"canary","code":200,"request_time":0.01}\n')
        self.refused("PM0814", "snapshot", "append", "kept", "--stream", f"requests={other}", "--in-place")
        self.assertEqual(before, {path: path.read_bytes() for path in sorted((self.folder / "kept").rglob("*")) if path.is_file()})
        arrow = self.folder / "kept/streams/requests.arrow"
        content = bytearray(arrow.read_bytes())
        content[len(content) // 2] ^= 1
        arrow.write_bytes(content)
        self.refused("PM0842", "snapshot", "append", "kept", "--stream", f"requests={self.parts[1]}", "--in-place")

    def test_a_killed_writer_leaves_the_old_snapshot(self):
        shutil.copytree(self.folder / "one", self.folder / "busy")
        old = (self.folder / "busy/manifest.json").read_bytes()
        for delay_ms in (5, 40, 120, 250):
            running = subprocess.Popen([PROGRAM, "snapshot", "append", "busy", "--stream", f"requests={self.parts[1]}", "--in-place", "--quiet"], cwd=self.folder)
            try:
                running.wait(delay_ms / 1000)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
            self.expect(0, "snapshot", "verify", "busy")
            if (self.folder / "busy/manifest.json").read_bytes() != old:
                break
        for left in self.folder.glob(".busy.making-*"):
            shutil.rmtree(left)


if __name__ == "__main__":
    main()
