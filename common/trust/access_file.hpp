// The access table as text and back; the format is drawn in access_table.hpp. Pure.
#pragma once

#include "common/trust/access_table.hpp"
#include "common/trust/state_folder.hpp"

#include <string>
#include <string_view>

namespace common::trust {

secret_text format_access(const access_table& table);
// Throws state_error naming `file`, the line and what to do. Nothing is skipped and nothing is repaired.
access_table parse_access(std::string_view content, const std::string& file);

}  // namespace common::trust
