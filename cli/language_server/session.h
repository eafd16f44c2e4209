// One client's session: messages in, messages out. What may come when, which texts are open, who answers what.
//
// A text is compiled when something is asked of it, or when the client has nothing more to say (`settle`): of ten
// letters typed at once the last text alone is checked. Nothing is read from or written to the disk.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/language_server/messages.h"
#include "compiler/assist/document.h"

namespace proofmark::language_server {

class Session {
 public:
  explicit Session(std::string_view version) : version_(version) {}

  // The content of one message; what is to be sent, in order.
  std::vector<std::string> receive(std::string_view content);
  // Diagnostics of the texts that have changed.
  std::vector<std::string> settle();

  bool has_ended() const { return state_ == State::ended; }
  bool was_shut_down() const { return was_shut_down_; }  // as the protocol asks of a client before it leaves

 private:
  enum class State : std::uint8_t { fresh, running, shut_down, ended };

  struct Open {
    std::string text;
    std::optional<std::int64_t> version;
    Lines lines;
    std::optional<assist::Document> read;  // of this very text
    bool told = false;                     // its diagnostics
  };

  using Params = const json::Value*;
  using Answer = std::variant<json::Value, std::string>;  // a result, or what is wrong with the parameters

  std::optional<std::string> request(const json::Value& id, const std::string& method, Params params);
  void notify(const std::string& method, Params params);
  void complain(std::string_view method, std::string_view message);

  Answer initialize(Params params);
  Answer hover(Params params);
  Answer complete(Params params);
  Answer define(Params params);
  Answer symbols_of(Params params);
  Answer code_actions(Params params);
  bool did_open(Params params);  // these are false when the parameters are not as they should be
  bool did_change(Params params);
  bool did_close(Params params);

  // A place in an open text; otherwise what is wrong.
  struct Asked {
    const std::string* uri = nullptr;
    Open* open = nullptr;
    std::uint32_t offset = 0;
    std::string wrong;
  };
  Asked asked(Params params, bool with_position);
  bool change(Open& open, const json::Value& change) const;
  const assist::Document& document(const std::string& uri, Open& open) const;
  Text text_of(const std::string& uri, const Open& open) const { return {uri, open.text, open.lines, client_}; }

  std::string version_;
  State state_ = State::fresh;
  bool was_shut_down_ = false;
  Client client_;
  std::map<std::string, Open> open_;
  std::vector<std::string> out_;  // beside the answer to the message under way
};

}  // namespace proofmark::language_server
