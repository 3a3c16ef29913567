// A file that travels in chunks now, for whoever shows how far it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace common::transfer {

struct file_under_way {
    std::string path{};
    std::uint64_t bytes = 0;  // 0: not known
    std::uint64_t received = 0;
};

inline std::vector<file_under_way> furthest_first(std::vector<file_under_way> files, std::size_t count_max) {
    std::ranges::sort(files, [](const file_under_way& one, const file_under_way& two) {
        return one.received != two.received ? one.received > two.received : one.path < two.path;
    });
    if (files.size() > count_max) files.resize(count_max);
    return files;
}

}  // namespace common::transfer
