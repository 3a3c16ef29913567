#include "common/app/program.hpp"
#include "protocol/session/messages.hpp"
#include "uploader-client/commands/command_line.hpp"

int main(int argc, char** argv) {
    using namespace uploader_client::commands;
    return app::run_program({"uploader-client", SLUICE_VERSION, protocol::session::version_max}, argc, argv,
                            [](app::program& self) {
                                command_line line;
                                add_commands(self, line);
                                self.parse();
                                return run_command(self, line);
                            });
}
