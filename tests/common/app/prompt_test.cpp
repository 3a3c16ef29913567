#include "common/app/prompt.hpp"

#include "tests/catch.hpp"

#include <csignal>
#include <functional>
#include <poll.h>
#include <pty.h>
#include <string>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

using namespace common::app;

namespace {

// A child whose terminal is one end of a pseudo terminal; the test holds the other end, as a person does.
class person {
  public:
    explicit person(const std::function<int()>& child) {
        child_ = ::forkpty(&screen_, nullptr, nullptr, nullptr);
        REQUIRE(child_ >= 0);
        if (child_ != 0) return;
        std::signal(SIGINT, SIG_DFL);  // not the test framework's handler
        ::_exit(child());
    }

    void wait_for(const std::string& text) {
        while (seen_.find(text) == std::string::npos) {
            char part[256];
            const auto count = ::read(screen_, part, sizeof part);
            if (count <= 0) FAIL("the terminal closed after: " << seen_);
            seen_.append(part, static_cast<std::size_t>(count));
        }
    }
    void type(const std::string& keys) {
        REQUIRE(::write(screen_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    }
    bool echoes() const {
        termios settings{};
        REQUIRE(::tcgetattr(screen_, &settings) == 0);
        return (settings.c_lflag & ECHO) != 0;
    }
    // The exit status, or minus the signal. The terminal stays open.
    int wait() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    const std::string& seen() const { return seen_; }
    ~person() { ::close(screen_); }

  private:
    int screen_ = -1;
    pid_t child_ = -1;
    std::string seen_;
};

}  // namespace

TEST_CASE("ask_secret reads without echo and restores the terminal") {
    person someone([] {
        const auto secret = ask_secret("Link: ");
        const bool right = secret == "s3cret";
        if (::write(STDOUT_FILENO, "done", 4) != 4) return 9;
        char go = 0;
        if (::read(STDIN_FILENO, &go, 1) != 1) return 9;
        return right ? 0 : 1;
    });
    someone.wait_for("Link: ");
    CHECK_FALSE(someone.echoes());
    someone.type("s3cret\n");
    someone.wait_for("done");
    CHECK(someone.echoes());
    CHECK(someone.seen().find("s3cret") == std::string::npos);
    someone.type("\n");
    CHECK(someone.wait() == 0);
}

TEST_CASE("an interrupt during ask_secret takes its course with the terminal restored") {
    person someone([] {
        (void)ask_secret("Link: ");
        return 0;
    });
    someone.wait_for("Link: ");
    someone.type("half\x03");
    CHECK(someone.wait() == -SIGINT);
    CHECK(someone.echoes());
}

TEST_CASE("ask_yes_no wants yes or no and gives up after a while") {
    const auto child = [] {
        const auto answer = ask_yes_no("Trust it?");
        return answer ? (*answer ? 10 : 11) : 12;
    };
    struct row {
        std::string keys;
        int status;
    };
    for (const row& each :
         {row{"yes\n", 10}, row{"n\n", 11}, row{"maybe\nyes\n", 10}, row{"a\nb\nc\n", 12}, row{"\x04", 12}}) {
        person someone(child);
        someone.wait_for("Trust it? [yes/no] ");
        someone.type(each.keys);
        CHECK(someone.wait() == each.status);
    }
}
