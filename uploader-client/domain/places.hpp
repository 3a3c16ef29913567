// Where files come from and go to, as rsync and scp users expect it from the text of the arguments. Pure:
// what exists is an argument.
//
//   put dir HOST/in     in/dir/…        put dir/ HOST/in     in/…
//   get HOST/dir .      ./dir/…         get HOST/dir new     new/…  (new does not exist)
//   get HOST/a.bin b    b               get HOST/dir/ old    old/…
#pragma once

#include <string>
#include <string_view>

namespace uploader_client::domain {

// A local PATH to send.
struct source_place {
    std::string root;    // the folder to open
    std::string inside;  // what to send, below it; empty: what is in it
    std::string wire;    // how it is called on the other side; empty with `inside`
};
// `canonical` is absolute, without links, "." and "..".
source_place place_source(std::string_view argument, std::string_view canonical);

// A remote PATH to bring here.
struct remote_path {
    std::string path;       // without '/' at its ends
    bool contents = false;  // it ended in '/': what is in it, not itself
};
remote_path parse_remote(std::string_view text);

struct local_target {
    std::string canonical;       // as far as it exists, the rest as written; absolute
    bool is_folder = false;      // it exists and is one
    bool ends_in_slash = false;  // it shall be one
};
struct download_place {
    std::string root;       // the folder to open; made when it is missing
    std::string rename_to;  // instead of the first component of what comes; empty: as it is
};
download_place place_download(const remote_path& from, const local_target& to);

// The last component; the whole text without '/'.
std::string_view name_of(std::string_view path);

}  // namespace uploader_client::domain
