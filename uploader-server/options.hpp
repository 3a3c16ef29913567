// The options that only the uploader-server has.
//
//   upload_options options;
//   add_upload_options(self, options);        then self.parse()
#pragma once

#include "uploader-server/session/settings.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace common::app {
class program;
}

namespace uploader_server {

struct upload_options {
    std::string root;
    domain::quota_limits quota;
    std::string audit_file;  // empty: none
    common::seam::duration keep_partial = std::chrono::days{7};
    std::string rights = "all";
    session::settings session;
};

void add_upload_options(common::app::program& self, upload_options& options);

}  // namespace uploader_server
