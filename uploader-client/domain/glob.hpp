// A file name pattern as shells know it: '*' and '?' stay inside a component, '**' crosses folders, '[a-z]'
// and '[!a-z]' are sets, '\' takes the next character as it is. Pure.
//
//   const glob pattern("**/*.jp[e]g");     throws std::invalid_argument for a set that does not end
//   pattern.matches("photos/2026/a.jpg")   the whole path counts
//
// The work is bounded by pattern length times path length, whatever the pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace uploader_client::domain {

inline constexpr std::size_t pattern_bytes_max = 1024;

class glob {
  public:
    explicit glob(std::string_view pattern);

    bool matches(std::string_view path) const;

  private:
    enum class kind { letter, any_letter, any_run, any_path, any_folders, set };
    struct token {
        glob::kind kind = kind::letter;
        char letter = 0;
        bool negated = false;
        std::string ranges;  // of a set: pairs of first and last
    };

    static std::size_t parse_set(std::string_view pattern, std::size_t at, token& into);
    void step(const token& by, std::string_view path, const std::vector<bool>& from,
              std::vector<bool>& to) const;

    std::vector<token> tokens_;
};

}  // namespace uploader_client::domain
