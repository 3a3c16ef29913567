// Opens state folders and works on them so that whatever is wrong reaches people as one line.
//
//   trust::state_folder folder = with_clear_error(what_failed, [&] { return open_folder(path); });
#pragma once

#include "common/app/failure.hpp"
#include "common/app/paths.hpp"
#include "common/trust/state_folder.hpp"

#include <string>
#include <string_view>

namespace common::service {

// State errors are written for people already; they only lack what was being done.
template <class Work>
auto with_clear_error(std::string_view what_failed, Work work) {
    try {
        return work();
    } catch (const trust::state_error& error) {
        throw app::failure(app::exit_code::failed, "state", what_failed, error.what());
    }
}

// Made when missing, and proved to be writable.
inline trust::state_folder open_folder(const std::string& path) {
    app::prepare_folder(path);
    return trust::state_folder(path);
}

}  // namespace common::service
