// What a session does without a client around it: when it tells diagnostics, and to whom.
#include "cli/language_server/session.h"

#include <gtest/gtest.h>

namespace proofmark::language_server {
namespace {

json::Value parsed(const std::string& message) {
  const auto value = json::parse(message, "message", "PM0000");
  EXPECT_TRUE(static_cast<bool>(value)) << message;
  return value ? *value : json::Value();
}

Session started() {
  Session session("1");
  (void)session.receive(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}})");
  return session;
}

std::vector<std::string> open(Session& session, const std::string& uri) {
  return session.receive(R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":")" + uri +
                         R"(","version":1,"text":"edition 2026"}}})");
}

TEST(Session, TellsOnceAndWhenItSettles) {
  Session session = started();
  EXPECT_TRUE(session.settle().empty());
  EXPECT_TRUE(open(session, "b").empty());
  EXPECT_TRUE(open(session, "a").empty());
  const auto told = session.settle();
  ASSERT_EQ(told.size(), 2U);
  const json::Value first = parsed(told[0]);
  EXPECT_EQ(*text_at(&first, {"params", "uri"}), "a");
  EXPECT_TRUE(session.settle().empty());
}

TEST(Session, NamesWhatItWasToldInBytes) {
  Session session = started();
  const auto refused = session.receive("{\"jsonrpc\":\"2.0\",\"id\":\"\xF0\x9F\x9A\x80\",\"method\":\"x\"}");
  ASSERT_EQ(refused.size(), 1U);
  const json::Value message = parsed(refused[0]);
  EXPECT_EQ(*text_at(&message, {"id"}), "🚀");
  EXPECT_EQ(*at(&message, {"error", "code"})->as_integer(), -32601);
}

TEST(Session, EndsOnce) {
  Session session = started();
  (void)session.receive(R"({"jsonrpc":"2.0","id":2,"method":"shutdown"})");
  EXPECT_TRUE(session.was_shut_down());
  EXPECT_FALSE(session.has_ended());
  EXPECT_TRUE(session.receive(R"({"jsonrpc":"2.0","method":"exit"})").empty());
  EXPECT_TRUE(session.has_ended());
}

}  // namespace
}  // namespace proofmark::language_server
