"""Every case of the oracle packs beside the checkout, as other programs computed them, through `calc --cases --check`.

Where a pack is known to be wrong is listed here, case by case and field by field, with the reason. A disagreement that is not listed
fails, and so does a listed one that has come to agree."""
import re
import sys

from program import INVALID, SOURCE, ProgramTest, main

ORACLES = SOURCE.parent / "shared" / "oracles"
SHORT = re.compile(r'^"([^"]+)" \S+: (\w+): expected ')
TALLY = re.compile(r"^\S+: (\d+) of (\d+) cases agree$")

# The lower limit is qbeta(alpha, k + 1, n - k), one success more than Clopper and Pearson's; R's binom.test agrees with us.
ONE_SUCCESS_MORE = {(f"binomial-ci-clopper-pearson-{number}", "lower") for number in ("034", "088", "118", "139", "181", "212")}
# The root is that of R's uniroot with its default tolerance of 1e-4; with 30 digits it is ours.
ROUGH_ROOT = {(f"two-proportion-odds-ratio-conditional-{number}", "upper") for number in ("016", "019")}
# Alpha is 1 - 0.999999 in binary, and the limit lies near 0: what that leaves of it is beyond the tolerance.
BINARY_ALPHA = {("mean-ci-student-t-022", "lower")}
DEFECTS = ONE_SUCCESS_MORE | ROUGH_ROOT | BINARY_ALPHA


class OraclePacks(ProgramTest):
    def test_all_cases_agree_but_the_known_defects(self):
        differ, asked = [], 0
        for pack in sorted(ORACLES.glob("*.json")):
            ran = self.run_program("calc", "--cases", pack, "--data", ORACLES / "data", "--check")
            *lines, last = (ran.out + ran.err).splitlines()
            tally = TALLY.match(last)
            self.assertIsNotNone(tally, f"{pack.name}: {ran}")
            agree, cases = map(int, tally.groups())
            short = [SHORT.match(line) for line in lines]
            self.assertNotIn(None, short, f"{pack.name}: {ran}")
            self.assertEqual(len({match[1] for match in short}), cases - agree, str(ran))
            self.assertEqual(ran.code, INVALID if short else 0, str(ran))
            differ += [match.groups() for match in short]
            asked += cases
        self.assertGreater(asked, 1_000)
        self.assertEqual(sorted(set(differ) - DEFECTS), [], "disagree")
        self.assertEqual(sorted(DEFECTS - set(differ)), [], "are listed as defects of the packs, and agree")


if __name__ == "__main__":
    if not any(ORACLES.glob("*.json")):
        print("no oracles beside the project")
        sys.exit(77)
    main()
