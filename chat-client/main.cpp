// chat-client: talks, listens and lists.
#include "chat-client/commands/options.hpp"
#include "chat-client/commands/run.hpp"
#include "common/app/client_options.hpp"
#include "common/app/program.hpp"
#include "protocol/session/messages.hpp"

int main(int argc, char** argv) {
    namespace app = common::app;
    namespace commands = chat_client::commands;
    std::vector<char*> arguments = commands::with_default_command(argc, argv);
    return app::run_program({"chat-client", SLUICE_VERSION, protocol::session::version_max},
                            static_cast<int>(arguments.size()), arguments.data(), [](app::program& self) {
                                app::client_options common;
                                commands::chat_options options;
                                app::add_client_options(self, common);
                                commands::add_chat_options(self, options);
                                self.parse();
                                return commands::run(common, options, SLUICE_VERSION);
                            });
}
