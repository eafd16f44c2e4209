"""A transcript is verified byte for byte, and every kind of alteration is found and named."""
import json
import re

from program import CANARY, CERTIFY, DENY, HOLD, LOAD_BEGAN, THREE_NINES, RecordedTest, main


def dump(value):
    """Canonical enough for what these transcripts hold: sorted members, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class AlteredTranscript(RecordedTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls("setUp")
        cls.original, cls.parsed = test.judge(CERTIFY, CANARY, cls.recorded, candidate="stable_b", stable="stable")

    def setUp(self):
        self.assertEqual(dump(self.parsed), self.original, "the tests' own writer must give canonical JSON")

    def verify(self, code, text, *how):
        return self.expect(code, "verify", self.write("altered.json", text), "--policy", CANARY, *how)

    def found(self, text, *words):
        """Both ways of verifying refuse the text, with a diagnostic of verification that names the file and these words."""
        self.assertNotEqual(text, self.original)
        for how in (("--snapshot", self.recorded), ("--facts-only",)):
            ran = self.verify(65, text, *how)
            self.assertRegex(ran.err, r"error\[PM09\d\d\]: ")
            self.assertIn("altered.json", ran.err)
            for word in words:
                self.assertIn(word, ran.err, str(ran))
            self.assertNotIn("verified", ran.out)

    def changed(self, path, value):
        """The transcript with the member at this path set to another value."""
        altered = json.loads(self.original)
        at = altered
        for step in path[:-1]:
            at = at[step]
        self.assertNotEqual(at[path[-1]], value)
        at[path[-1]] = value
        return dump(altered)

    def test_the_original_verifies(self):
        self.assertIn("verified", self.verify(0, self.original, "--snapshot", self.recorded).out)
        self.assertIn("verified", self.verify(0, self.original, "--facts-only").out)
        for engine in ("interpreter", "native"):
            self.verify(0, self.original, "--snapshot", self.recorded, "--engine", engine, "--threads", "7")

    def test_other_decisions_verify_too(self):
        for code, policy, parameters in ((DENY, CANARY, {"candidate": "canary", "stable": "stable"}),
                                         (HOLD, THREE_NINES, {"candidate": "stable_b", "rollout": LOAD_BEGAN})):
            self.judge(code, policy, self.recorded, **parameters)
            for how in (("--snapshot", self.recorded), ("--facts-only",)):
                self.expect(0, "verify", "transcript.json", "--policy", policy, *how)

    def test_every_digit_of_the_facts(self):
        begin = self.original.index(b'"facts":')
        end = self.original.index(b'"format":')
        digits = [place.start() for place in re.finditer(rb"\d", self.original[begin:end])]
        self.assertGreater(len(digits), 100)
        for place in digits:
            at = begin + place
            other = b"%d" % ((self.original[at] - ord("0") + 1) % 10)
            text = self.original[:at] + other + self.original[at + 1:]
            ran = self.verify(65, text, "--snapshot", self.recorded)
            self.assertRegex(ran.err, r"error\[PM09\d\d\]: ", text[at - 20:at + 20])

    def test_altered_facts_do_not_rejudge(self):
        self.found(self.changed(("facts", "scans", 0, "facts", 1, "counts", 0), 28090))  # one more good row
        self.found(self.changed(("facts", "scans", 0, "facts", 1, "counts", 0), 28124))  # more good rows than rows
        self.found(self.changed(("facts", "scans", 0, "facts", 1, "counts", 0), -1))
        self.found(self.changed(("facts", "scans", 0, "facts", 1, "counts"), []))
        self.found(self.changed(("facts", "scans"), []))

    def test_verdicts_and_decisions(self):
        self.found(self.changed(("objectives", 0, "verdict"), "fail"), "objectives", "verdict")
        self.found(self.changed(("objectives", 1, "groups", 0, "verdict"), "inconclusive"), "verdict")
        self.found(self.changed(("decision", "outcome"), "deny"), "decision.outcome")
        self.found(self.changed(("decision", "validFor"), "2592000000000001"), "decision.validFor")
        self.found(self.changed(("decision", "bound", "alpha"), "1/100"), "decision.bound.alpha")
        self.found(self.changed(("decision", "denialBound", "because"), "none"), "decision.denialBound.because")
        self.found(self.changed(("decision", "denialBound", "stated"), "yes"), "decision.denialBound.stated")

    def test_thresholds_and_bounds(self):
        self.found(self.changed(("objectives", 0, "threshold"), "0.99"), "threshold")
        self.found(self.changed(("objectives", 0, "lower"), "0.998390763965"), "lower")
        self.found(self.changed(("objectives", 1, "estimate"), "49000000"), "estimate")
        self.found(self.changed(("objectives", 0, "alpha"), "1/100"), "alpha")

    def test_inputs_and_subject(self):
        self.found(self.changed(("inputs", "parameters", "candidate"), "canary"))
        self.found(self.changed(("inputs", "plan"), "sha256:" + "0" * 64))
        self.found(self.changed(("inputs", "policy", "digest"), "sha256:" + "0" * 64), "inputs.policy.digest")
        self.found(self.changed(("subject", 2, "value"), "canary"))
        self.found(self.changed(("format",), "proofmark-transcript/2"))
        # Without the snapshot its digest cannot be recomputed; with it, it is.
        other = self.changed(("inputs", "snapshot"), "sha256:" + "0" * 64)
        self.assertIn("inputs.snapshot", self.verify(65, other, "--snapshot", self.recorded).err)

    def test_members(self):
        added = json.loads(self.original)
        added["approvedBy"] = "cto"
        self.found(dump(added), "approvedBy")
        lacking = json.loads(self.original)
        del lacking["objectives"][0]["outside"]
        self.found(dump(lacking))
        twice = self.original.replace(b'"decision":', b'"asOf":"2026-11-22T08:29:23.132Z","decision":', 1)
        self.found(twice)

    def test_same_value_other_bytes(self):
        reordered = json.dumps(dict(reversed(list(self.parsed.items()))), separators=(",", ":"), ensure_ascii=False).encode()
        self.found(reordered)
        self.found(self.original + b"\n")
        self.found(b" " + self.original)
        self.found(self.original.replace(b'","', b'", "', 1))
        self.found(self.original.replace(b"28123", b"2.8123e4", 1))
        self.found(self.original.replace(b"stable_b", b"stable\\u005fb", 1))

    def test_broken_texts(self):
        self.found(b"")
        self.found(self.original[:-1])
        self.found(self.original[:1000])
        self.found(self.original + b"{}")
        self.found(b"[" * 100000)
        self.refused("PM0901", "verify", self.write("altered.json", b"\xff" + self.original), "--policy", CANARY, "--facts-only",
                     at="altered.json:1:1")
        self.found(b"null")
        self.found(b"\xef\xbb\xbf" + self.original)

    def test_a_snapshot_that_is_no_digest(self):
        digest = self.parsed["inputs"]["snapshot"]
        for other in ("", "sha256:", digest[:-1], digest.upper(), digest + "0", "trust me"):
            text = self.original.replace(digest.encode(), other.encode())
            self.refused("PM0903", "verify", self.write("altered.json", text), "--policy", CANARY, "--facts-only", at="altered.json")

    def test_another_policy_or_snapshot(self):
        transcript = self.write("original.json", self.original)
        looser = self.write("looser.pmk", CANARY.read_text().replace("99.5%", "99%", 1))
        self.refused("PM0906", "verify", transcript, "--policy", looser, "--snapshot", self.recorded, at="original.json")
        self.refused("PM0906", "verify", transcript, "--policy", looser, "--facts-only", at="original.json")
        rows = self.write("few.csv", "msec,request_time,status,version\n1795335998.039,0.011,200,stable_b\n")
        other = self.snapshot("other", rows, CANARY)
        self.refused("PM0906", "verify", transcript, "--policy", CANARY, "--snapshot", other, at="original.json")

    def test_an_altered_snapshot(self):
        transcript = self.write("original.json", self.original)
        arrow = self.recorded / "streams/requests.arrow"
        whole = arrow.read_bytes()
        try:
            at = len(whole) // 2
            arrow.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            self.refused("PM0842", "verify", transcript, "--policy", CANARY, "--snapshot", self.recorded, at="requests.arrow")
        finally:
            arrow.write_bytes(whole)
        self.expect(0, "verify", transcript, "--policy", CANARY, "--snapshot", self.recorded)


if __name__ == "__main__":
    main()
