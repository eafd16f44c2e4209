"""`proofmark language-server` as an editor meets it: a session over pipes, held against what `check` and `explain` say."""
import json
import random
import re
import subprocess

from language_client import EVERYTHING, URI, Client, frame, position
from program import CANARY, POLICIES, PROGRAM, SOURCE, ProgramTest, main

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, NOT_INITIALIZED = -32700, -32600, -32601, -32602, -32002
LEFT_WITHOUT_SHUTDOWN = 1

# Letters before the places that are asked about, some of two code units.
POLICY = """edition 2026
policy p {
  title "𝔖élection ☃ 🚀"  confidence 95%
  param candidate : release  param limit : duration
  subject { release candidate }
  telemetry requests : events {
    time from "ts" in epoch_s  duration : duration in ms  status : int  version : label  session : label  bytes_out : bytes
  }
  telemetry hits : counts { count from "n"  code : int  version : label }
  /* 🎯🎯 */ let canary = requests where version == candidate.label  let target = 99.5%
  sli good = fraction(canary, status < 500)
  model outage {
    seed 7  trials 10_000
    draw waits[3] ~ lognormal(mu: 4, sigma: 0.5) as ms
    let total = sum(waits)
  }
  objective available "Ünïcode 🧪 title" { require good >= target  clustered by session }
  objective fast { require p99(canary.duration) <= limit }
  objective few  { require count(hits, code == 500) <= 25 }
  objective survives { require p99(outage.total) <= 800ms }
  decide { certify for 7d when available passes and all of (fast, few, survives) pass  deny otherwise }
}
test "🚀 ships" {
  policy p with candidate = "2", limit = 300ms
  given requests { 2_000 rows over 10m { version = "2"  status = 200  duration = 20ms  session = "a" } }
  expect objective fast is pass
}
"""
# A policy around what an objective holds, for asking about any record.
AROUND = """edition 2026
policy p {{
  confidence 95%
  telemetry requests : events {{ time from "ts" in epoch_s  duration : duration in ms  status : int  version : label  region : label  size : bytes }}
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  objective o {{ {clauses} }}
  {items}
  decide {{ certify for 7d when o passes  deny otherwise }}
}}
"""


def utf8(line):
    return len(line.encode())


def replace(text, offset, length, new, units=None):
    """An incremental change, and the text as it leaves it."""
    at = (lambda place: position(text, place, units)) if units else (lambda place: position(text, place))
    return {"range": {"start": at(offset), "end": at(offset + length)}, "text": new}, text[:offset] + new + text[offset + length:]


def run_on(content):
    """A whole input at once: the exit code and the messages that came out."""
    done = subprocess.run([str(PROGRAM), "language-server"], input=content, capture_output=True, timeout=60)
    messages, rest = [], done.stdout
    while rest:
        header, rest = rest.split(b"\r\n\r\n", 1)
        length = int(header.split(b": ")[1])
        messages.append(json.loads(rest[:length]))
        rest = rest[length:]
    assert done.stderr == b"", done.stderr
    return done.returncode, messages


INITIALIZE = frame({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": EVERYTHING}})
SHUTDOWN = frame({"jsonrpc": "2.0", "id": 99, "method": "shutdown"})
EXIT = frame({"jsonrpc": "2.0", "method": "exit"})


class Lifecycle(ProgramTest):
    def test_ends_as_it_was_asked_to(self):
        with Client() as client:
            self.assertEqual(client.leave(), (0, ""))
        self.assertEqual(run_on(INITIALIZE + SHUTDOWN + EXIT)[0], 0)
        self.assertEqual(run_on(INITIALIZE + SHUTDOWN)[0], 0)
        for left in (b"", EXIT, INITIALIZE, INITIALIZE + EXIT):
            self.assertEqual(run_on(left)[0], LEFT_WITHOUT_SHUTDOWN, left)

    def test_says_what_it_can(self):
        with Client() as client:
            said = client.initialized
            self.assertEqual(said["capabilities"]["textDocumentSync"], {"openClose": True, "change": 2})
            self.assertEqual(said["capabilities"]["positionEncoding"], "utf-16")
            for one in ("hover", "definition", "documentSymbol"):
                self.assertIs(said["capabilities"][f"{one}Provider"], True)
            self.assertEqual(said["serverInfo"]["name"], "proofmark")
            version = self.expect(0, "--version").out.split()[1]
            self.assertEqual(said["serverInfo"]["version"], version)

    def test_refuses_what_comes_too_early_or_too_late(self):
        with Client(start=False) as client:
            self.assertEqual(client.refused("textDocument/hover", {}), NOT_INITIALIZED)
            self.assertEqual(client.refused("shutdown"), NOT_INITIALIZED)
            self.assertEqual(client.refused("initialize", []), INVALID_PARAMS)
            client.notify("textDocument/didOpen", {"textDocument": {"uri": URI, "version": 1, "text": "x"}})  # is not heard
            client.result("initialize", {"capabilities": {}})
            self.assertEqual(client.refused("initialize", {"capabilities": {}}), INVALID_REQUEST)
            self.assertEqual(client.refused("textDocument/documentSymbol", {"textDocument": {"uri": URI}}), INVALID_PARAMS)
            client.result("shutdown")
            self.assertEqual(client.refused("textDocument/hover", {}), INVALID_REQUEST)
            client.notify("exit")
            self.assertEqual(client.process.wait(timeout=60), 0)
            self.assertEqual(client.pending, [])

    def test_refuses_what_it_does_not_know(self):
        with Client() as client:
            client.open(POLICY)
            self.assertEqual(client.refused("textDocument/foldingRange", {}), METHOD_NOT_FOUND)
            self.assertEqual(client.refused("$/unheard", {}), METHOD_NOT_FOUND)
            for notification in ("$/setTrace", "$/cancelRequest", "workspace/didChangeConfiguration", "nonsense"):
                client.notify(notification, {"id": 1})
            client.send(frame({"jsonrpc": "2.0", "id": 5, "result": None}))  # an answer to what was never asked
            for params in (None, {}, [], {"textDocument": {"uri": 7}}, {"textDocument": {"uri": URI}},
                           {"textDocument": {"uri": "file:///other"}, "position": {"line": 0, "character": 0}},
                           {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}},
                           {"textDocument": {"uri": URI}, "position": {"line": 0.5, "character": 0}},
                           {"textDocument": {"uri": URI}, "position": {"line": 1 << 40, "character": 0}}):
                for method in ("hover", "completion", "definition"):
                    self.assertEqual(client.refused(f"textDocument/{method}", params), INVALID_PARAMS, params)
            self.assertEqual(client.refused("textDocument/codeAction", {"textDocument": {"uri": URI}}), INVALID_PARAMS)
            for method, params in (("didChange", {"textDocument": {"uri": URI}, "contentChanges": 1}), ("didOpen", {}),
                                   ("didClose", {"textDocument": {"uri": "file:///other"}})):
                client.notify(f"textDocument/{method}", params)
                told = client.message(lambda message: message.get("method") == "window/logMessage")
                self.assertIn(method, told["params"]["message"])
            self.assertEqual([m for m in client.pending if m.get("method") != "textDocument/publishDiagnostics"], [])
            self.assertEqual(client.leave(), (0, ""))

    def test_refuses_broken_messages_and_goes_on(self):
        for content, code in ((b"{", PARSE_ERROR), (b"", PARSE_ERROR), (b"nonsense", PARSE_ERROR), (b'"\xff"', PARSE_ERROR),
                              (b'{"jsonrpc":"2.0","id":1,"method":"a\xc3"}', PARSE_ERROR), (b"[" * 100000, PARSE_ERROR),
                              (b'"\\ud800"', PARSE_ERROR), (b"\xef\xbb\xbf{}", PARSE_ERROR), (b"[]", INVALID_REQUEST),
                              (b"1", INVALID_REQUEST), (b"{}", INVALID_REQUEST), (b'{"jsonrpc":"1.0","id":1,"method":"x"}', INVALID_REQUEST),
                              (b'{"jsonrpc":"2.0","id":[],"method":"x"}', INVALID_REQUEST), (b'{"jsonrpc":"2.0","id":1}', INVALID_REQUEST)):
            exit_code, (_, error, after) = run_on(INITIALIZE + frame(content) + SHUTDOWN + EXIT)
            self.assertEqual((exit_code, error["error"]["code"], after["id"]), (0, code, 99), content[:50])

    def test_ends_where_no_message_can_be_found(self):
        for broken in (b"Content-Length: x\r\n\r\n{}", b"Content-Length: -1\r\n\r\n{}", b"Content-Length:\r\n\r\n{}", b"\r\n\r\n",
                       b"Content-Length: 99999999999999999999999\r\n\r\n", b"Content-Length: 1000000000\r\n\r\n{}",
                       b"Content-Type: x\r\n\r\n{}", b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                       b"Content-Length: 0x2\r\n\r\n{}", b"\xff\xfe: \x00\r\n\r\n", b"a" * 100000):
            exit_code, messages = run_on(INITIALIZE + broken + SHUTDOWN + EXIT)
            self.assertEqual((exit_code, len(messages)), (LEFT_WITHOUT_SHUTDOWN, 2), broken[:50])
            self.assertEqual((messages[1]["error"]["code"], messages[1]["id"]), (PARSE_ERROR, None), broken[:50])
        for cut in (frame({"jsonrpc": "2.0"})[:-3], b"Content-Len", b"Content-Length: 7\r\n", b"Content-Length: 7\r\n\r\n"):
            self.assertEqual(run_on(INITIALIZE + cut), (LEFT_WITHOUT_SHUTDOWN, run_on(INITIALIZE)[1]), cut)

    def test_reads_any_header_and_any_slices(self):
        whole = INITIALIZE.replace(b"Content-Length", b"content-length") + SHUTDOWN.replace(
            b"\r\n\r\n", b"\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n") + EXIT
        with Client(start=False) as client:
            for byte in whole:
                client.send(bytes([byte]))
            self.assertEqual(client.process.wait(timeout=60), 0)

    def test_reads_headers_that_end_with_line_feeds(self):
        whole = INITIALIZE + SHUTDOWN + EXIT
        self.assertEqual(run_on(whole.replace(b"\r\n", b"\n")), run_on(whole))
        self.assertEqual(run_on(whole.replace(b"\r\n\r\n", b"\r\n\n", 2)), run_on(whole))

    def test_a_client_that_is_gone_is_no_bug(self):
        with Client() as client:
            client.process.stdout.close()
            client.notify("textDocument/didOpen", {"textDocument": {"uri": URI, "version": 1, "text": "x"}})
            self.assertEqual(client.process.wait(timeout=60), 74)


class Diagnostics(ProgramTest):
    def checked(self, text):
        """What `check` says of the text: (code, severity, byte range)."""
        path = self.write("checked.pmk", text)
        found = json.loads(self.run_program("check", path, "--format", "json", "--no-cache").out or '{"diagnostics":[]}')["diagnostics"]
        return path, found

    def test_are_those_of_check(self):
        lines = POLICY.splitlines(keepends=True)
        texts = [POLICY, POLICY.replace("good >= target", "goood >= target"), POLICY.replace("99.5%", "100%"), POLICY[:-3],
                 POLICY.replace("status < 500", "status < 500 ms 🚀"), "", "// 🚀", "\ufeff" + POLICY, POLICY.replace("\n", "\r\n"),
                 POLICY.replace("limit }", "limitt }").replace("\n", "\r\n"), "edition 2026\r policy", "edition 2026 \x00", "🚀" * 50]
        texts += ["".join(lines[:i] + lines[i + 1:]) for i in range(len(lines))]
        texts += [page.split("```proofmark\n")[1].split("```")[0] for page in
                  (path.read_text() for path in sorted((SOURCE / "docs" / "errors").glob("PM[0-5]*.md"))) if "```proofmark\n" in page]
        some = 0
        with Client() as client:
            for i, text in enumerate(texts):
                uri = f"file:///{i}.pmk"
                told = client.open(text, uri)
                _, found = self.checked(text)
                self.assertEqual([one["code"] for one in told], [one["code"] for one in found], text)
                for ours, theirs in zip(told, found):
                    self.assertEqual(ours["severity"], {"error": 1, "warning": 2}[theirs["severity"]])
                    self.assertTrue(ours["message"].startswith(theirs["message"]), ours)
                    self.assertIn(theirs["help"] or "", ours["message"])
                    self.assertEqual(ours["source"], "proofmark")
                    if "\r" in text.replace("\r\n", "") or theirs["line"] == 0:
                        continue  # `check` has no lines there
                    self.assertEqual(ours["range"]["start"]["line"], theirs["line"] - 1)
                    line = text.lstrip("\ufeff").split("\n")[theirs["line"] - 1]
                    self.assertEqual(ours["range"]["start"]["character"] - (1 if text.startswith("\ufeff") and theirs["line"] == 1 else 0),
                                     len(line[:theirs["column"] - 1].encode("utf-16-le")) // 2, text)
                    self.assertEqual(len(ours.get("relatedInformation", [])) > 0, any(label["text"] for label in theirs["labels"]), theirs)
                    some += 1
        self.assertGreater(some, 100)

    def test_follow_every_edit(self):
        for capabilities, units in ((EVERYTHING, None), ({**EVERYTHING, "general": {"positionEncodings": ["utf-32", "utf-8"]}}, utf8)):
            with Client(capabilities) as client:
                self.assertEqual(client.initialized["capabilities"]["positionEncoding"], "utf-8" if units else "utf-16")
                self.assertEqual(client.open(POLICY), [])
                change, text = replace(POLICY, POLICY.index("good >= target"), 4, "goood", units)
                (told,) = client.change(change)
                self.assertEqual(told["code"], "PM0201")
                self.assertEqual(told["range"], replace(text, text.index("goood"), 5, "", units)[0]["range"])
                first, text = replace(text, text.index("goood"), 5, "", units)
                second, text = replace(text, text.index("🧪"), 1, "🚀\n🚀", units)
                third, text = replace(text, text.index("require  >="), 8, "require good", units)
                self.assertEqual(client.change(first, second, third)[0]["code"], "PM0113")  # a line break in a text
                fourth, text = replace(text, text.index("🚀\n🚀"), 3, "", units)
                self.assertEqual(client.change(fourth), [])
                self.assertEqual(text, POLICY.replace("🧪", ""))
                self.assertEqual(client.change({"text": "edition 2026"})[0]["code"], self.checked("edition 2026")[1][0]["code"])
                self.assertEqual(client.change({"text": POLICY}), [])
                client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
                client.versions[URI] = None
                self.assertEqual(client.diagnostics(), [])

    def test_hundreds_of_edits_leave_the_text_that_the_client_has(self):
        """The title of a policy is edited, and read back by a hover."""
        head, tail = 'edition 2026\npolicy p { title "x', '" }'
        chance = random.Random(7)
        for capabilities, units in ((EVERYTHING, None), ({"general": {"positionEncodings": ["utf-8"]}}, utf8)):
            with Client(capabilities) as client:
                title = ""
                client.open(head + tail)
                for _ in range(150):
                    changes = []
                    for _ in range(chance.randint(1, 4)):
                        begin = chance.randint(0, len(title))
                        length = chance.randint(0, min(3, len(title) - begin))
                        change, text = replace(head + title + tail, len(head) + begin, length, "".join(chance.choices("aé☃🚀𝔖 ", k=chance.randint(0, 3))), units)
                        title = text[len(head):-len(tail)]
                        changes.append(change)
                    client.change(*changes)
                    client.texts[URI] = text
                    shown = client.ask("hover", text.index("p {"))["contents"]["value"]
                    self.assertTrue(shown.startswith(f'    policy p\n    title "x{title}"\n'), shown)

    def test_edits_beyond_the_text_are_at_its_ends(self):
        far = {"line": 1 << 30, "character": 1 << 30}
        with Client() as client:
            client.open("🚀")
            client.change({"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 1}}, "text": "a"})
            client.change({"range": {"start": far, "end": far}, "text": "\r\n\r"})
            client.change({"range": {"start": {"line": 0, "character": 99}, "end": {"line": 1, "character": 0}}, "text": ""})
            client.change({"range": {"start": far, "end": {"line": 0, "character": 0}}, "text": POLICY})  # the wrong way round
            self.assertEqual(client.change(), [])
            self.assertEqual(client.leave(), (0, ""))

    def test_changes_are_made_together_or_not_at_all(self):
        with Client() as client:
            client.open(POLICY)
            good, _ = replace(POLICY, POLICY.index("good >= target"), 4, "goood")
            bad = {"range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"}
            client.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": 7}, "contentChanges": [good, bad]})
            told = client.message(lambda message: message.get("method") == "window/logMessage")
            self.assertIn("it is ignored", told["params"]["message"])
            self.assertIn("sli good", client.ask("hover", POLICY.index("good >= target"))["contents"]["value"])
            self.assertEqual(client.pending, [])  # nothing is published of a text that nobody has
            self.assertEqual(client.change(), [])

    def test_the_last_of_many_edits_is_told(self):
        with Client() as client:
            client.open(POLICY)
            burst = b"".join(frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
                "textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": POLICY + "x" * version}]}}) for version in range(2, 40))
            client.send(burst + frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
                "textDocument": {"uri": URI, "version": 40}, "contentChanges": [{"text": POLICY}]}}))
            client.versions[URI] = 40
            self.assertEqual(client.diagnostics(), [])

    def test_labels_only_for_those_who_show_them(self):
        text = POLICY.replace("let target", "let canary = 1  let target")
        for capabilities, shown in ((EVERYTHING, True), ({}, False)):
            with Client(capabilities) as client:
                told = client.open(text)[0]
                self.assertEqual(told["code"], "PM0202")
                self.assertEqual("relatedInformation" in told, shown)
                if shown:
                    first = next(one for one in told["relatedInformation"] if one["message"] == "first here")
                    self.assertEqual(first["location"], {"uri": URI, "range": replace(text, text.index("canary ="), 6, "")[0]["range"]})


class Hover(ProgramTest):
    def page(self, client, offset):
        found = client.ask("hover", offset)
        return None if found is None else found["contents"]["value"]

    def test_every_record_is_shown_where_it_is_meant(self):
        index = self.expect(0, "explain").out
        section = lambda title: [line.split(None, 1) for line in index[index.index(title):].split("\n\n")[0].splitlines()[1:]]
        with Client({}) as client:
            builtins = section("Builtins:")
            self.assertGreater(len(builtins), 15)
            for name, signature in builtins:
                page = self.expect(0, "explain", name).out
                example = re.search(r"    require (.*)", page[page.index("Example:"):])[1]
                text = AROUND.format(clauses=f"require {example}", items="")
                client.open(text)
                found = client.ask("hover", text.index(f"{'p99' if name == 'quantile' else name}(", text.index("objective o")) + 1)
                self.assertEqual(found["contents"], {"kind": "plaintext", "value": page}, name)
                self.assertIn(signature, found["contents"]["value"])
            for (name,) in section("Methods that may decide an objective"):
                text = AROUND.format(clauses=f"require fraction(canary, status < 500) >= 99% method {name}", items="")
                client.open(text)
                page = self.expect(0, "explain", name).out
                shown = self.page(client, text.index(f"method {name}") + 8)
                self.assertIn(f"# method {name}\n", shown)
                self.assertTrue(page.startswith(shown), name)
            for name, _ in section("Words of the language:"):
                page = self.expect(0, "explain", name).out
                example = "\n".join(line[4:] for line in page[page.index("Example:\n"):].splitlines()[2:])
                text = f"edition 2026 policy p {{ param candidate : release\n{example}\n}}"
                client.open(text)
                place = [match.start() for match in re.finditer(rf"\b{name}\b", text)]
                self.assertIn(page, [self.page(client, one) for one in place], name)

    def test_refused_methods_say_why(self):
        with Client() as client:
            text = AROUND.format(clauses="require fraction(canary, status < 500) >= 99%  method wald", items="")
            client.open(text)
            self.assertIn("May not decide", self.page(client, text.index("wald")))

    def test_distributions_of_models(self):
        with Client({}) as client:
            client.open(POLICY)
            shown = self.page(client, POLICY.index("lognormal"))
            self.assertIn("draw NAME ~ lognormal(mu, sigma)", shown)
            self.assertIn("`sigma` is above 0", shown)
            index = self.expect(0, "explain").out
            families = [line.split()[0] for line in index[index.index("Distributions of a model"):].split("\n\n")[0].splitlines()[1:]]
            self.assertIn("bernoulli", families)
            for name in families:
                text = POLICY.replace("lognormal(", f"{name}(")
                client.open(text)
                self.assertEqual(self.page(client, text.index(f"~ {name}(") + 2), self.expect(0, "explain", name).out)

    def test_names_and_where_they_are_declared(self):
        line = lambda text: POLICY[:POLICY.index(text)].count("\n") + 1
        with Client({}) as client:
            client.open(POLICY)
            for place, form, meaning, declared in (
                    ("|good >= target", "sli good = fraction(canary, status < 500)", "an estimate: a share", "sli good"),
                    (">= |target", "let target = 99.5%", "a constant: a share", "let target"),
                    ("fraction(|canary", "let canary = requests where version == candidate.label", "a population of rows of `requests`", "let canary"),
                    ("canary, |status <", "status : int", "a number of each row of `requests`", "status : int"),
                    ("(canary.|duration", "duration : duration in ms", "a duration of each row of `requests`", "duration : duration"),
                    ("hits, |code", "code : int", "a number of each row of `hits`", "telemetry hits"),
                    ("by |session", "session : label", "`label` of each row of `requests`", "session : label"),
                    ("== |candidate", "param candidate : release", "a label, or label@sha256:", "param candidate"),
                    ("<= |limit", "param limit : duration", "a duration such as", "param candidate"),
                    ("p99(|outage", "model outage", "a model", "model outage"),
                    ("outage.|total", "let total = sum(waits)", "a duration of each trial", "let total"),
                    ("sum(|waits", "draw waits[3] ~ lognormal(mu: 4, sigma: 0.5) as ms", "a duration of each trial, 3 of them", "draw waits"),
                    ("when |available", 'objective available "Ünïcode 🧪 title"', "", "objective available"),
                    ("(fast, |few", "objective few", "", "objective few"),
                    ("telemetry |hits", "telemetry hits : counts", "a population of rows", "telemetry hits"),
                    ("policy |p with", 'policy p\n    title "𝔖élection ☃ 🚀"', "", "policy p {"),
                    ('"2", |limit = ', "param limit : duration", "a duration such as", "param candidate"),
                    ("given |requests", "telemetry requests : events", "a population of rows", "telemetry requests"),
                    ("200  |duration = 20", "duration : duration in ms", "a duration of each row", "duration : duration"),
                    ("expect objective |fast", "objective fast", "", "objective fast")):
                offset = POLICY.index(place.replace("|", "")) + place.index("|")
                shown = self.page(client, offset)
                self.assertIsNotNone(shown, place)
                self.assertTrue(shown.startswith(f"    {form}\n\n{meaning}"), f"{place}\n{shown}")
                self.assertIn(f"Declared at line {line(declared)}\n", shown, place)
                word = re.match(r"\w+", POLICY[offset:])[0]
                found = client.ask("hover", offset + len(word))  # a caret behind the word is on it
                self.assertEqual(found["range"], replace(POLICY, offset, len(word), "")[0]["range"], place)
                target = client.ask("definition", offset)
                start = target["range"]["start"]
                self.assertEqual((target["uri"], start["line"] + 1), (URI, line(declared)), place)
                declaration = POLICY.splitlines()[start["line"]].encode("utf-16-le")[2 * start["character"]:].decode("utf-16-le")
                self.assertEqual(re.match(r"\w+", declaration)[0], word, place)

    def test_says_nothing_where_nothing_is_known(self):
        with Client() as client:
            client.open(POLICY)
            for place in ("95|%", "edi|tion", "🚀| ships", "/* |🎯", "pass|es", "title|", "300|ms", "sum|(waits)", "la|bel  let target"):
                offset = POLICY.index(place.replace("|", "")) + place.index("|")
                self.assertIsNone(client.ask("hover", offset), place)
                self.assertIsNone(client.ask("definition", offset), place)
            self.assertIsNone(client.ask("hover", 0))
            self.assertIsNone(client.ask("hover", len(POLICY)))

    def test_other_places_of_a_builtins_name_are_not_the_builtin(self):
        with Client() as client:
            text = AROUND.format(clauses="require fraction(canary, status < 500) >= 99%  unknown counts as bad", items="""
              model m { seed 1 trials 10 draw x ~ poisson(mean: 3) let all_of = max(x, 2) }
              telemetry more : counts { count from "count" status : int } // count(requests)""")
            client.open(text)
            for place in ("|mean: 3", "|max(x", '"|count"', "|count(requests", "unknown |counts as"):
                self.assertIsNone(client.ask("hover", text.index(place.replace("|", "")) + place.index("|")), place)
            self.assertIn("a number of each row of `more`", self.page(client, text.index("count from")))

    def test_in_a_text_that_is_broken_behind(self):
        with Client() as client:
            text = POLICY[:POLICY.index("fraction(") + len("fraction(")]
            client.open(text)
            self.assertIn("# fraction", self.page(client, text.index("fraction")))
            self.assertIn("param candidate : release", self.page(client, text.index("candidate.label")))

    def test_markdown_has_its_lines(self):
        with Client() as client:
            client.open(POLICY)
            shown = client.ask("hover", POLICY.index("fraction"))["contents"]
            self.assertEqual(shown["kind"], "markdown")
            self.assertIn("\n    fraction(population, condition) -> ratio\n", shown["value"])
            self.assertRegex(shown["value"], r"\nJudged by: .*  \nAssumes: .*  \nSource: .*  \nSince edition 2026\n\n")
            self.assertEqual(shown["value"].replace("  \n", "\n"), self.expect(0, "explain", "fraction").out)


class Completion(ProgramTest):
    def proposed(self, client, written, where=POLICY):
        """Items at `|` in a text that ends there, after what stands before `where` ends."""
        text = where + written.replace("|", "")
        client.change({"text": text})
        client.texts[URI] = text
        return {item["label"]: item for item in client.ask("completion", len(where) + written.index("|"))}

    def before(self, word):
        return POLICY[:POLICY.index(word)]

    def test_keywords_are_those_that_fit(self):
        with Client() as client:
            client.open(POLICY)
            for where, written, proposed, not_proposed in (
                    ("  objective available", "|", {"objective", "let", "sli", "decide", "telemetry", "looks"}, {"require", "test", "seed", "import", "fraction"}),
                    ("  objective available", "objective o { |", {"require", "confidence", "method", "at", "stratified"}, {"objective", "let", "waive"}),
                    ("  objective available", "objective o { at |", {"least"}, {"most", "require"}),
                    ("  objective available", "objective o { at least 5 |", {"rows"}, {"require"}),
                    ("  objective available", "looks |", {"once", "unlimited", "at", "every"}, {"objective"}),
                    ("  objective available", "decide { certify |", {"for", "when", "otherwise"}, {"deny", "certify"}),
                    ("  objective available", "decide { deny otherwise |", {"deny", "certify", "hold", "revoke"}, {"require"}),
                    ("  objective available", "decide { deny when all |", {"objectives", "of"}, {"evidence"}),
                    ("  objective available", "model m { |", {"seed", "trials", "draw", "let"}, {"objective"}),
                    ("  objective available", "telemetry x : events { |", {"sampling", "expect", "check"}, {"optional"}),
                    ("  objective available", "telemetry x : events { a : int |", {"from", "in", "optional", "timeout", "buckets"}, {"let"}),
                    ("test ", "|", {"policy", "test"}, {"edition_", "import", "objective"}),
                    ("test ", 'test "t" { |', {"policy", "given", "expect", "seed"}, {"objective"}),
                    ("test ", 'test "t" { policy p |', {"with"}, {"extends"})):
                labels = self.proposed(client, written, self.before(where)).keys()
                self.assertLessEqual(proposed, labels, written)
                self.assertFalse(labels & not_proposed, written)

    def test_names_are_those_that_fit(self):
        with Client() as client:
            client.open(POLICY)
            inside, test = "  objective available", 'test "🚀'
            for where, written, proposed, not_proposed in (
                    (inside, "objective o { require |", {"good", "canary", "limit", "outage", "fraction", "p99", "not_worse", "probability"}, {"status", "total", "available"}),
                    (inside, "objective o { require fraction(canary, |", {"status", "duration", "limit"}, {"code", "n"}),
                    (inside, "objective o { require fraction(canary, sta|", {"status"}, {"code"}),
                    (inside, "objective o { require p99(canary.|", {"duration", "bytes_out"}, {"code", "good", "fraction"}),
                    (inside, "objective o { require p99((requests where version == candidate.label).dur|", {"duration"}, {"code", "fraction"}),
                    (inside, "objective o { require p99(outage.|", {"total", "waits"}, {"duration"}),
                    (inside, "let x = requests where version == candidate.|", {"label", "digest"}, {"duration"}),
                    (inside, "let x = hits where |", {"code", "version"}, {"duration"}),
                    (inside, "objective o { require good >= 99% confidence |", {"target"}, {"fraction", "status"}),
                    (inside, "objective o { require good >= 99% for each |", {"version", "session"}, {"good", "fraction"}),
                    (inside, "model m { draw x ~ |", {"lognormal", "poisson", "sample"}, {"fraction"}),
                    (inside, "model m { draw x ~ poisson(mean: 3) let y = |", {"limit", "target"}, {"fraction"}),
                    (inside, "telemetry x : |", {"events", "counts"}, {"int"}),
                    (inside, "telemetry x : events { y : |", {"int", "label", "duration"}, {"release", "histogram"}),
                    (inside, "telemetry x : counts { y : |", {"int", "histogram"}, {"release"}),
                    (inside, "telemetry x : events { y : int  check |", {"y"}, {"duration"} - {"y"}),
                    (inside, "param x : |", {"release", "duration", "label"}, {"int"}),
                    (inside, "subject { release |", {"candidate"}, {"canary", "fraction"}),
                    (inside, "subject { release candidate.|", {"label", "digest"}, {"candidate", "limit"}),
                    (inside, "objective o { require rate(canary, |", {"per", "buckets"}, {"low"}),
                    (inside, "objective o { require rate(canary, per: 1h, |", {"buckets"}, {"per"}),
                    (inside, "model m { draw x ~ normal(|", {"mean", "sd", "limit"}, {"mu"}),
                    (inside, "model m { draw x ~ poisson(mean: 3) let z = |", {"sum", "any", "max"}, {"fraction"}),
                    ("  decide", "decide { certify when |", {"available", "fast"}, {"good", "fraction"}),
                    ("  decide", "decide { certify when all of (fast, |", {"available"}, {"good"}),
                    (test, 'test "t" { policy |', {"p"}, {"good"}),
                    (test, 'test "t" { policy p with |', {"limit", "candidate"}, {"good"}),
                    (test, 'test "t" { policy p given |', {"requests", "hits"}, {"good"}),
                    (test, 'test "t" { policy p given requests { 5 rows { |', {"duration", "status"}, {"good", "code"}),
                    (test, 'test "t" { policy p given requests { 5 rows { duration ~ |', {"lognormal", "exponential"}, {"poisson", "sample"}),
                    (test, 'test "t" { policy p expect |', {"certify", "deny", "objective"}, {"good"}),
                    (test, 'test "t" { policy p expect objective |', {"fast"}, {"good"})):
                labels = self.proposed(client, written, self.before(where)).keys()
                self.assertLessEqual(proposed, labels, written)
                self.assertFalse(labels & not_proposed, written)

    def test_only_words_of_a_closed_set(self):
        """Where nothing else can be meant: these words, in any order, and no others."""
        standing = "pass passes passed fail fails failed undecided inconclusive no_data"
        verdict = "pass fail undecided inconclusive no_data"
        durations, field_durations = "ns us ms s m h d w", "ns us ms s m h"
        inside, decide, test, rows = "  objective available", "  decide", 'test "🚀', 'test "t" { policy p given requests { 5 rows { '
        with Client() as client:
            client.open(POLICY)
            for where, written, words in (
                    (inside, "telemetry x : events { sampling |", "none head tail unknown"),
                    (inside, "telemetry x : events { sampling t|", "none head tail unknown"),
                    (inside, "telemetry x : events { time in |", "epoch_s epoch_ms epoch_us epoch_ns rfc3339"),
                    (inside, "telemetry x : events { y : duration in |", field_durations),
                    (inside, "telemetry x : events { y : duration from \"d\" optional in |", field_durations),
                    (inside, "telemetry x : events { y : bytes in |", "B kB MB KiB MiB"),
                    (inside, "telemetry x : events { y : label in |", ""),
                    (inside, "telemetry x : counts { y : histogram from \"le\" in |", field_durations + " B kB MB KiB MiB"),
                    (inside, "telemetry x : events { expect at least 5/|", durations),
                    (inside, "objective o { require good >= 99%  unknown counts as |", "good bad excluded"),
                    (inside, "objective o { require good >= 99%  on no_data |", "pass fail no_data"),
                    (inside, "objective o { require good >= 99%  on_no_data |", "pass fail no_data"),
                    (inside, "objective o { require good >= 99%  assume |", "independent poisson split"),
                    (inside, "model m { draw x ~ lognormal(mu: 4, sigma: 0.5) as |", durations + " ppm B kB MB GB KiB MiB GiB"),
                    (inside, "model m { draw x ~ exponential(mean: 30ms) as |", ""),
                    (inside, "model m { draw x ~ bernoulli(5%) as |", ""),
                    (decide, "decide { deny when available is |", standing),
                    (decide, "decide { deny when all of (available, fast) are |", standing),
                    (decide, "decide { deny when any objective is |", standing),
                    (test, 'test "t" { policy p expect objective fast is |', verdict),
                    (test, 'test "t" { policy p with candidate = "2", limit = |', ""),
                    (test, rows + "duration ~ lognormal(mu: 4, sigma: 0.5) as |", durations),
                    (test, rows + "duration ~ lognormal(|", "mu sigma not"),
                    (test, rows + "duration ~ lognormal(4, |", "sigma not"),
                    (test, rows + "status ~ lognormal(mu: 4, sigma: 0.5) as |", ""),
                    (test, rows + "status = |", "null"),
                    (test, rows + "status = 500 at 1% else |", "null"),
                    (test, rows + "status = 500 at |", "")):
                self.assertEqual(sorted(self.proposed(client, written, self.before(where))), sorted(words.split()), written)
            times = self.before(inside).replace("param limit : duration", "param limit : timestamp")
            self.assertEqual(self.proposed(client, '} test "t" { policy p with limit = |', times).keys(), {"start", "end"})
            (unit,), enum_member = {item["kind"] for item in self.proposed(client, rows + "duration ~ lognormal(4, 1) as |", self.before(test)).values()}, 20
            self.assertEqual(unit, 11)
            self.assertEqual({item["kind"] for item in self.proposed(client, "telemetry x : events { sampling |", self.before(inside)).values()}, {enum_member})

    def test_keywords_are_not_taken_for_names(self):
        """`sampling` and `all` may be names; where they are words of the language, what follows a name is not proposed."""
        with Client() as client:
            client.open(POLICY)
            for where, written, not_proposed in (
                    ("  objective available", "telemetry x : events { sampling |", {"from", "in"}),
                    ("  objective available", "telemetry x : events { y : int  check |", {"from", "in"}),
                    ("  objective available", "telemetry x : events { y : duration timeout |", {"from", "in"}),
                    ("  decide", "decide { deny when all |", {"is", "are", "passes"}),
                    ("  decide", "decide { deny when objective |", {"is", "are", "passes"}),
                    ('test "🚀', 'test "t" { policy p expect objective |', {"given", "expect"})):
                self.assertFalse(self.proposed(client, written, self.before(where)).keys() & not_proposed, written)
            for where, written, proposed in (
                    ("  objective available", "telemetry x : events { sampling : duration |", {"from", "in"}),
                    ("  decide", "decide { deny when evidence |", {"is", "are", "passes"})):
                self.assertLessEqual(proposed, self.proposed(client, written, self.before(where)).keys(), written)

    def test_methods_fit_the_form(self):
        every = {line.split()[0] for line in (lambda index: index[index.index("Methods that may"):].split("\n\n")[0].splitlines()[1:])(
            self.expect(0, "explain").out)}
        with Client() as client:
            client.open(POLICY)
            share = self.proposed(client, "objective o { require good >= 99%  method |", self.before("  objective available"))
            self.assertEqual(share.keys(), {"clopper_pearson", "mid_p"})
            self.assertIn("binomial tail", share["mid_p"]["documentation"]["value"])
            self.assertEqual(share["mid_p"]["detail"], "a share against a constant")
            nothing_known = self.proposed(client, "objective o { method |", self.before("  objective available"))
            self.assertEqual(nothing_known.keys(), every)

    def test_nothing_in_texts_comments_and_numbers(self):
        with Client() as client:
            client.open(POLICY)
            for written in ('title "|', 'title "a | b"', "// |", "/* |", "/* | */", "confidence 95|", "let |", "objective |", "telemetry |"):
                self.assertEqual(self.proposed(client, written, self.before("  objective available")), {}, written)
            self.assertIn("let", self.proposed(client, "/* a */|", self.before("  objective available")))
            self.assertIn("let", self.proposed(client, 'title "a" |', self.before("  objective available")))

    def test_items_say_what_they_are(self):
        with Client() as client:
            client.open(POLICY)
            items = self.proposed(client, "objective o { require |", self.before("  objective available"))
            self.assertEqual(items["fraction"]["detail"], "fraction(population, condition) -> ratio")
            self.assertEqual(items["fraction"]["documentation"]["kind"], "plaintext")
            self.assertIn("share of the population's rows", items["fraction"]["documentation"]["value"])
            self.assertEqual(items["good"]["detail"], "sli good = fraction(canary, status < 500)")
            self.assertEqual(items["good"]["documentation"]["value"], "an estimate: a share")

    def test_a_mistake_before_hides_little(self):
        with Client() as client:
            client.open(POLICY)
            where = self.before("  objective available").replace("let target = 99.5%", "let target = = 5")
            self.assertIn("good", self.proposed(client, "objective o { require ) good >= \n  confidence 95%\n  require |", where))


class Outline(ProgramTest):
    def flat(self, symbols, text):
        for symbol in symbols:
            whole, word = (tuple((r[end]["line"], r[end]["character"]) for end in ("start", "end")) for r in (symbol["range"], symbol["selectionRange"]))
            self.assertLessEqual(whole[0], word[0])
            self.assertLessEqual(word[1], whole[1])
            yield symbol["name"], symbol["kind"]
            yield from self.flat(symbol["children"], text)

    def test_lists_all_parts(self):
        with Client() as client:
            client.open(POLICY)
            names = [name for name, _ in self.flat(client.symbols(), POLICY)]
            self.assertEqual(names, ["p", "candidate", "limit", "requests", "time", "duration", "status", "version", "session", "bytes_out",
                                     "hits", "count", "code", "version", "canary", "target", "good", "outage", "waits", "total",
                                     "available", "fast", "few", "survives", "decide", "🚀 ships"])

    def test_is_flat_for_those_who_want_it_so(self):
        with Client({}) as client:
            client.open(POLICY)
            symbols = client.symbols()
            self.assertEqual(len(symbols), 26)
            status = next(one for one in symbols if one["name"] == "status")
            self.assertEqual((status["containerName"], status["location"]["uri"]), ("requests", URI))

    def test_of_every_policy_and_of_broken_texts(self):
        with Client() as client:
            for i, path in enumerate(sorted(POLICIES.rglob("*.pmk"))):
                text = path.read_text()
                client.open(text, f"file:///{i}")
                self.assertTrue(list(self.flat(client.symbols(f"file:///{i}"), text)))
            for text in ("", "x", POLICY[:500], 'edition 2026 test "" { policy p }', 'edition 2026 test " " {'):
                client.open(text)
                self.assertTrue(all(name.strip() for name, _ in self.flat(client.symbols(), text)))


class QuickFixes(ProgramTest):
    def fixes(self, client, text, only=None):
        end = position(text, len(text))
        return client.result("textDocument/codeAction", {
            "textDocument": {"uri": URI}, "range": {"start": {"line": 0, "character": 0}, "end": end},
            "context": {"diagnostics": [], **({} if only is None else {"only": only})}})

    def test_mend_what_they_say(self):
        for wrong, right in (("goood >= target", "good >= target"), ("good => target", "good >= target"), ("candidate.lable", "candidate.label")):
            text = POLICY.replace(right, wrong, 1)
            with Client() as client:
                told = client.open(text)
                (fix,) = self.fixes(client, text)
                self.assertEqual((fix["kind"], fix["isPreferred"], fix["diagnostics"]), ("quickfix", True, told))
                self.assertTrue(fix["title"])
                (edit,) = fix["edit"]["changes"][URI]
                self.assertEqual(client.change({"range": edit["range"], "text": edit["newText"]}), [], fix)

    def test_read_as_sentences(self):
        for right, wrong, title in (("99.5%", "99.5 %", "write `99.5%`"), ("status < 500", "status < 500|status == 600", "write `or`"),
                                    ("status < 500", "status < 500 && status > 1", "write `and`"), ('session = "a" } }\n', 'session = "a" }\n', "close it with `}`"),
                                    ("// ", "# ", "write `//`"), ("good >= target", "good\u00a0>= target", "write a space")):
            text = ("// a policy\n" + POLICY).replace(right, wrong, 1)
            with Client() as client:
                told = client.open(text)
                titles = [fix["title"] for fix in self.fixes(client, text)]
                self.assertIn(title, titles, wrong)
                self.assertTrue(any(one["message"].endswith(f"\nhelp: {title}") for one in told), told)

    def test_are_given_where_they_are_asked_for(self):
        text = POLICY.replace("good >= target", "goood >= target")
        with Client() as client:
            client.open(text)
            self.assertEqual(self.fixes(client, text, ["refactor"]), [])
            self.assertEqual(len(self.fixes(client, text, ["quickfix"])), 1)
            whole = {"start": {"line": 0, "character": 0}, "end": position(text, len(text))}
            self.assertEqual(len(client.result("textDocument/codeAction", {  # null is as good as absent
                "textDocument": {"uri": URI}, "range": whole, "context": {"diagnostics": [], "only": None}})), 1)
            at = position(text, text.index("goood"))
            for place, number in ((at, 1), ({"line": 0, "character": 0}, 0)):
                found = client.result("textDocument/codeAction", {"textDocument": {"uri": URI}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}})
                self.assertEqual(len(found), number)
        with Client({}) as client:
            client.open(text)
            self.assertEqual(self.fixes(client, text), [])


class AnyPlace(ProgramTest):
    def test_every_question_has_an_answer_everywhere(self):
        """Every place of a text, of its beginnings, and of it with a hole: an answer, and no end."""
        text = CANARY.read_text()[:2600]
        with Client() as client:
            for broken in (text, text[:1200], text[:900] + text[1000:], text.replace("{", "", 3), text.replace("}", "", 2), text.replace('"', "", 1)):
                client.open(broken)
                for offset in range(0, len(broken), 7):
                    for question in ("hover", "completion", "definition"):
                        client.ask(question, offset)
            self.assertEqual(client.leave(), (0, ""))

    def test_starting_another_command_costs_nothing(self):
        self.assertNotIn("language-server", self.expect(0, "check", "--help").out)
        self.assertIn("language-server", self.expect(0, "--help").out)


if __name__ == "__main__":
    main()
