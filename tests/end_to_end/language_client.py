"""A client of `proofmark language-server`, in the standard library alone: frames, requests, positions in UTF-16."""
import json
import os
import subprocess

from program import PROGRAM

EVERYTHING = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"documentationFormat": ["plaintext"]}},
        "publishDiagnostics": {"relatedInformation": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
    }
}
URI = "file:///policies/a%20policy.pmk"


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def position(text, offset, units=lambda line: len(line.encode("utf-16-le")) // 2):
    """Line and character of an offset in characters; `units` counts those of a part of a line."""
    before = text[:offset]
    return {"line": before.count("\n"), "character": units(before[before.rfind("\n") + 1:])}


class Client:
    """One process. A reply is awaited by its id, a notification by its method; both fail when the output ends."""

    def __init__(self, capabilities=None, start=True):
        self.process = subprocess.Popen([str(PROGRAM), "language-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=dict(os.environ))
        self.last_id, self.versions, self.texts, self.pending = 0, {}, {}, []
        if start:
            self.initialized = self.result("initialize", {"processId": None, "rootUri": None,
                                                          "capabilities": EVERYTHING if capabilities is None else capabilities})
            self.notify("initialized", {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        if self.process.poll() is None:
            self.process.wait(timeout=60)

    def send(self, content):
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def read(self):
        length = None
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise EOFError("the server has ended")
            if line == b"\r\n":
                break
            name, value = line.decode("ascii").rstrip("\r\n").split(": ")
            if name == "Content-Length":
                length = int(value)
        return json.loads(self.process.stdout.read(length).decode("utf-8"))

    def message(self, is_wanted):
        """The first message that is wanted; others are kept for whoever wants them."""
        for i, message in enumerate(self.pending):
            if is_wanted(message):
                return self.pending.pop(i)
        while True:
            message = self.read()
            if is_wanted(message):
                return message
            self.pending.append(message)

    def notify(self, method, params=None):
        self.send(frame({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})}))

    def request(self, method, params=None):
        self.last_id += 1
        wanted = self.last_id
        self.send(frame({"jsonrpc": "2.0", "id": wanted, "method": method, **({} if params is None else {"params": params})}))
        return self.message(lambda message: "id" in message and message["id"] == wanted)

    def result(self, method, params=None):
        answer = self.request(method, params)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def refused(self, method, params=None):
        return self.request(method, params)["error"]["code"]

    def diagnostics(self, uri=URI):
        return self.message(lambda message: message.get("method") == "textDocument/publishDiagnostics"
                            and message["params"]["uri"] == uri
                            and message["params"].get("version") == self.versions.get(uri))["params"]["diagnostics"]

    def open(self, text, uri=URI):
        self.versions[uri], self.texts[uri] = 1, text
        self.notify("textDocument/didOpen",
                    {"textDocument": {"uri": uri, "languageId": "pmk", "version": 1, "text": text}})
        return self.diagnostics(uri)

    def change(self, *changes, uri=URI):
        self.versions[uri] += 1
        self.notify("textDocument/didChange",
                    {"textDocument": {"uri": uri, "version": self.versions[uri]}, "contentChanges": list(changes)})
        return self.diagnostics(uri)

    def ask(self, method, offset, uri=URI):
        return self.result(f"textDocument/{method}",
                           {"textDocument": {"uri": uri}, "position": position(self.texts[uri], offset)})

    def symbols(self, uri=URI):
        return self.result("textDocument/documentSymbol", {"textDocument": {"uri": uri}})

    def leave(self):
        """Ends the session as the protocol asks; returns the exit code and what was said on stderr."""
        self.result("shutdown")
        self.notify("exit")
        return self.process.wait(timeout=60), self.process.stderr.read().decode()
