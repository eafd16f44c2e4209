"""`proofmark explain`: every word of the index has a page, and the examples of words stand in policies that compile."""
import re

from program import SOURCE, ProgramTest, main

AROUND = """edition 2026
policy example {{
  confidence 95%
  param candidate : release
  subject {{ release candidate }}
  {example}
  decide {{ {rules} }}
}}
"""
ONCE = "certify for 7d when all objectives pass  deny otherwise"
AGAIN = "certify for 7d when all objectives pass  hold when any objective is undecided  deny otherwise"


class Explain(ProgramTest):
    def section(self, title):
        index = self.expect(0, "explain").out
        lines = index[index.index(title):].splitlines()[1:]
        return [line.split()[0] for line in lines[:lines.index("")]]

    def test_every_word_has_a_page(self):
        for title in ("Builtins:", "Words of the language:", "Distributions of a model", "Methods that may decide"):
            names = self.section(title)
            self.assertTrue(names)
            for name in names:
                self.assertIn(f"# {'method ' if title.startswith('Methods') else ''}{name}\n", self.expect(0, "explain", name).out)

    def test_examples_of_words_compile(self):
        words = self.section("Words of the language:")
        for needed in ("counts", "cumulative", "histogram", "probability", "sample"):
            self.assertIn(needed, words)
        for word in words:
            page = self.expect(0, "explain", word).out
            example = "\n".join(line[4:] for line in page[page.index("Example:\n"):].splitlines()[2:])
            text = AROUND.format(example=example, rules=AGAIN if word == "looks" else ONCE)
            self.assertNotRegex(self.expect(0, "check", self.write(f"{word}.pmk", text)).err, "warning", word)

    def test_chapters_are_those_of_the_reference(self):
        reference = (SOURCE / "docs" / "language.md").read_text()
        for word in self.section("Words of the language:"):
            chapter = re.search(r"More: docs/language.md, (.*)", self.expect(0, "explain", word).out)[1]
            self.assertIn(f"\n## {chapter}\n", reference)


if __name__ == "__main__":
    main()
