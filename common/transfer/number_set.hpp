// Which file numbers were used: a set that stays small while nearly all of them are.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>

namespace common::transfer {

class number_set {
  public:
    // False when it was there.
    bool insert(std::uint32_t number) {
        const std::uint64_t begin = number;
        auto next = runs_.upper_bound(begin);
        if (next != runs_.begin()) {
            const auto before = std::prev(next);
            if (before->second > begin) return false;
            if (before->second == begin) {
                before->second = begin + 1;
                if (next != runs_.end() && next->first == begin + 1) {
                    before->second = next->second;
                    runs_.erase(next);
                }
                return true;
            }
        }
        std::uint64_t end = begin + 1;
        if (next != runs_.end() && next->first == end) {
            end = next->second;
            runs_.erase(next);
        }
        runs_.emplace(begin, end);
        return true;
    }
    std::size_t runs() const { return runs_.size(); }

  private:
    std::map<std::uint64_t, std::uint64_t> runs_;  // first, and behind the last
};

}  // namespace common::transfer
