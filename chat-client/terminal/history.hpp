// The lines typed before, and which of them is being looked at; pure.
//
//   history lines;
//   lines.add(sent);
//   if (auto older = lines.older(typed)) editor.set(*older);     `typed` comes back at the end of newer()
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::terminal {

class history {
  public:
    static constexpr std::size_t lines_max = 200;

    void add(const std::string& line);
    std::optional<std::string> older(const std::string& typed);
    std::optional<std::string> newer();

    const std::vector<std::string>& lines() const { return lines_; }
    void set(std::vector<std::string> lines);

  private:
    std::vector<std::string> lines_;
    std::size_t recalled_ = 0;  // lines_.size(): the one that is new
    std::string typed_;         // what was typed before an older line was recalled
};

}  // namespace chat_client::terminal
