// chat-server: rooms as logs that every member reads at a pace of its own.
#include "chat-server/application.hpp"
#include "chat-server/options.hpp"
#include "common/app/access_options.hpp"
#include "common/app/program.hpp"
#include "common/app/server_options.hpp"
#include "common/service/server_host.hpp"
#include "common/service/server_state.hpp"
#include "protocol/session/messages.hpp"

int main(int argc, char** argv) {
    namespace app = common::app;
    return app::run_program(
        {"chat-server", SLUICE_VERSION, protocol::session::version_max}, argc, argv, [](app::program& self) {
            app::server_options common;
            app::access_options access;
            chat_server::chat_options options;
            app::add_server_options(
                self, common, {.port = 7400, .example = "chat-server --listen 0.0.0.0:7400 --name workshop"});
            chat_server::add_chat_options(self, options);
            app::add_access_options(self, access);
            self.parse();

            auto definition = chat_server::definition();
            if (!options.motd_file.empty()) definition.readable.push_back(options.motd_file);
            if (access.action != app::access_action::none) {
                return common::service::manage_access(common, access, definition);
            }
            common::service::server_host host{common, definition};
            chat_server::application chat{host, common, options};
            return host.run(chat.handlers());
        });
}
