// uploader-server: takes files and gives them out, each complete and under its final name or not at all.
#include "common/app/access_options.hpp"
#include "common/app/program.hpp"
#include "common/app/server_options.hpp"
#include "common/service/server_host.hpp"
#include "common/service/server_state.hpp"
#include "protocol/session/messages.hpp"
#include "uploader-server/application.hpp"
#include "uploader-server/options.hpp"

int main(int argc, char** argv) {
    namespace app = common::app;
    return app::run_program({"uploader-server", SLUICE_VERSION, protocol::session::version_max}, argc, argv,
                            [](app::program& self) {
                                app::server_options common;
                                app::access_options access;
                                uploader_server::upload_options options;
                                app::add_server_options(
                                    self, common,
                                    {.port = 7401, .example = "uploader-server --root /srv/files"});
                                uploader_server::add_upload_options(self, options);
                                app::add_access_options(self, access);
                                self.parse();

                                const auto definition = uploader_server::definition(options);
                                if (access.action != app::access_action::none) {
                                    return common::service::manage_access(common, access, definition);
                                }
                                common::service::server_host host{common, definition};
                                uploader_server::application uploads{host, options};
                                return host.run(uploads.handlers());
                            });
}
