// A file that is a vector, for code that wants a seam::file.
#pragma once

#include "common/seam/disk.hpp"

#include <algorithm>
#include <vector>

namespace tests::fuzz {

class memory_file final : public common::seam::file {
  public:
    std::vector<std::byte> bytes;

    common::seam::result<std::size_t> read_at(common::seam::mutable_bytes out,
                                              std::uint64_t offset) override {
        if (offset >= bytes.size()) return std::size_t{0};
        const auto count = std::min<std::size_t>(out.size(), bytes.size() - offset);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return count;
    }
    std::error_code write_at(common::seam::const_bytes data, std::uint64_t offset) override {
        if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size());
        std::ranges::copy(data, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        return {};
    }
    std::error_code preallocate(std::uint64_t size) override { return resize(size); }
    std::error_code resize(std::uint64_t size) override {
        bytes.resize(size);
        return {};
    }
    std::error_code set_mode(std::uint32_t) override { return {}; }
    std::error_code set_mtime(std::int64_t) override { return {}; }
    std::error_code sync_data() override { return {}; }
    std::error_code sync_all() override { return {}; }
    common::seam::result<common::seam::file_info> info() override {
        common::seam::file_info made;
        made.kind = common::seam::file_kind::regular;
        made.size = bytes.size();
        return made;
    }
};

}  // namespace tests::fuzz
