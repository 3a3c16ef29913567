// Permission bits of what a transfer makes.
#pragma once

#include <cstdint>

namespace common::transfer {

// What the sender did not say. The umask applies to nothing here: modes are set as they are told.
inline constexpr std::uint32_t default_file_mode = 0644;
inline constexpr std::uint32_t default_folder_mode = 0755;
inline constexpr std::uint32_t mode_mask = 0777;
// Of a folder that a sender describes: its owner can always use it.
constexpr std::uint32_t folder_mode(std::uint32_t told) {
    return (told == 0 ? default_folder_mode : told & mode_mask) | 0700;
}
// Our own folders and unfinished files.
inline constexpr std::uint32_t private_file_mode = 0600;
inline constexpr std::uint32_t private_folder_mode = 0700;

}  // namespace common::transfer
