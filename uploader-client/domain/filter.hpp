// Which files of a tree are sent: --include and --exclude. Pure.
//
//   filter chosen({"*.jpg"}, {".git", "build/**"});
//   chosen.takes("photos/a.jpg", false)
//
// A pattern without '/' is compared with one name, any other with the whole path as it is shown. What is
// excluded is excluded with everything below it. When anything is included, only files that match are taken,
// and folders only as far as such files need them.
#pragma once

#include "uploader-client/domain/glob.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uploader_client::domain {

class filter {
  public:
    filter() = default;
    // Throws std::invalid_argument for a pattern that makes no sense.
    filter(const std::vector<std::string>& includes, const std::vector<std::string>& excludes);

    bool takes(std::string_view path, bool is_folder) const;

  private:
    struct rule {
        glob pattern;
        bool whole_path = false;
    };
    static std::vector<rule> rules_of(const std::vector<std::string>& patterns);
    static bool any_matches(const std::vector<rule>& rules, std::string_view path);

    std::vector<rule> includes_;
    std::vector<rule> excludes_;
};

}  // namespace uploader_client::domain
