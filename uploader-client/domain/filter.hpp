// Which files of a tree are sent: the rules of --include, --exclude and --exclude-from, as in a .gitignore.
// Pure.
//
//   filter chosen({{"*.o"}, {"!keep.o"}, {"/photos/raw/"}});
//   chosen.judge("photos/a.jpg", false)
//
// The last rule that matches decides. '!' in front takes back in what an earlier rule left out. A '/' at the
// end means folders only; a '/' anywhere else ties the pattern to the whole path as it is shown, otherwise it
// is compared with one name. '**' crosses folders. What is in a folder that is left out cannot be taken
// back in.
// When the first rule takes something in, everything is left out that no rule takes in.
#pragma once

#include "uploader-client/domain/glob.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uploader_client::domain {

inline constexpr std::size_t filter_rules_max = 10'000;

class filter {
  public:
    enum class choice {
        take,
        enter,  // a folder that is not sent itself; what is in it is judged
        leave,
    };

    filter() = default;
    // Throws std::invalid_argument for a pattern that makes no sense, or too many.
    explicit filter(const std::vector<std::string>& patterns);

    // Of a path whose folders are not left out.
    choice judge(std::string_view path, bool is_folder) const;

  private:
    struct rule {
        glob pattern;
        bool takes = false;
        bool whole_path = false;
        bool folders_only = false;
    };
    static rule parse(std::string_view text);

    std::vector<rule> rules_;
};

// The patterns in the text of a file: one in a line, without empty lines and those that begin with '#'.
std::vector<std::string> patterns_in(std::string_view text);

}  // namespace uploader_client::domain
