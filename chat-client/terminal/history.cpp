#include "chat-client/terminal/history.hpp"

#include <utility>

namespace chat_client::terminal {

void history::add(const std::string& line) {
    if (!line.empty() && (lines_.empty() || lines_.back() != line)) lines_.push_back(line);
    if (lines_.size() > lines_max) lines_.erase(lines_.begin());
    recalled_ = lines_.size();
    typed_.clear();
}

std::optional<std::string> history::older(const std::string& typed) {
    if (recalled_ == 0) return std::nullopt;
    if (recalled_ == lines_.size()) typed_ = typed;
    return lines_[--recalled_];
}

std::optional<std::string> history::newer() {
    if (recalled_ == lines_.size()) return std::nullopt;
    ++recalled_;
    return recalled_ == lines_.size() ? typed_ : lines_[recalled_];
}

void history::set(std::vector<std::string> lines) {
    if (lines.size() > lines_max) lines.erase(lines.begin(), lines.end() - lines_max);
    lines_ = std::move(lines);
    recalled_ = lines_.size();
}

}  // namespace chat_client::terminal
