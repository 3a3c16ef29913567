// Permission bits of what a transfer makes.
#pragma once

#include <cstdint>

namespace common::transfer {

// What the sender did not say. The umask applies to nothing here: modes are set as they are told.
inline constexpr std::uint32_t default_file_mode = 0644;
inline constexpr std::uint32_t default_folder_mode = 0755;
inline constexpr std::uint32_t mode_mask = 0777;
// Our own folders and unfinished files.
inline constexpr std::uint32_t private_file_mode = 0600;
inline constexpr std::uint32_t private_folder_mode = 0700;

}  // namespace common::transfer
