#include "tests/common/app/run_captured.hpp"

#include <stdexcept>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct pipe_pair {
    int ends[2]{-1, -1};
    pipe_pair() {
        if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    }
};

std::string drain(int fd) {
    std::string all;
    char part[4096];
    for (ssize_t count = 0; (count = ::read(fd, part, sizeof part)) > 0;) {
        all.append(part, static_cast<std::size_t>(count));
    }
    ::close(fd);
    return all;
}

[[noreturn]] void run_child(const std::vector<std::string>& arguments, const common::app::program_body& body,
                            const variables& environment) {
    ::clearenv();
    ::setenv("HOME", "/home/nobody", 1);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<std::string> copies{"prog"};
    copies.insert(copies.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& copy : copies) argv.push_back(copy.data());
    const int argc = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    ::_exit(common::app::run_program({"prog", "1.2.3", 7}, argc, argv.data(), body));
}

}  // namespace

// What the child writes must fit into two pipes: 64 KiB each.
captured_run run_captured(const std::vector<std::string>& arguments, const common::app::program_body& body,
                          const variables& environment) {
    const pipe_pair out;
    const pipe_pair err;
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork");
    if (child == 0) {
        ::dup2(out.ends[1], STDOUT_FILENO);
        ::dup2(err.ends[1], STDERR_FILENO);
        run_child(arguments, body, environment);
    }
    ::close(out.ends[1]);
    ::close(err.ends[1]);
    captured_run result;
    result.out = drain(out.ends[0]);
    result.err = drain(err.ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return result;
}
