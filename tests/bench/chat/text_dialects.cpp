#include "tests/bench/chat/dialect.hpp"

#include <charconv>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::string_view line_end = "\r\n";

[[noreturn]] void refuse(std::string_view line) {
    throw std::runtime_error{"the server says: " + std::string{line}};
}

std::size_t number_in(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// The next line without its end; false when it is not complete.
bool take_line(std::string_view& in, std::string_view& line) {
    const auto end = in.find('\n');
    if (end == std::string_view::npos) return false;
    line = in.substr(0, end > 0 && in[end - 1] == '\r' ? end - 1 : end);
    in.remove_prefix(end + 1);
    return true;
}

// So many bytes and the end of their line; false when they are not complete.
bool take_text(std::string_view& in, std::size_t size, std::string_view& text) {
    if (in.size() < size + line_end.size()) return false;
    text = in.substr(0, size);
    in.remove_prefix(size + line_end.size());
    return true;
}

// --- Redis: values that say their type, and their size or the number of values inside

// Takes one value; `text` becomes the last text in it. False when it is not complete.
bool take_value(std::string_view& in, std::string_view& text) {
    std::size_t values = 1;
    for (std::string_view line; values > 0; --values) {
        if (!take_line(in, line) || line.empty()) return false;
        const auto size = number_in(line.substr(1));
        if (line[0] == '$' && !take_text(in, size, text)) return false;
        if (line[0] == '*' || line[0] == '>') values += size;
        if (line[0] == '%') values += 2 * size;
        if (line[0] == '-') refuse(line);
    }
    return true;
}

class redis : public dialect {
  public:
    std::string opening(link& on) override {
        // Listening and publishing on one connection needs the third version of the protocol.
        return on.reads ? "HELLO 3\r\nSUBSCRIBE bench\r\n" : "PING\r\n";
    }

    void post(link&, std::uint64_t, std::string_view text, std::string& out) override {
        out += "*3\r\n$7\r\nPUBLISH\r\n$5\r\nbench\r\n$" + std::to_string(text.size());
        out.append(line_end).append(text).append(line_end);
    }

    std::size_t read(link& on, std::string_view in, listener& told) override {
        std::string_view rest = in;
        std::size_t done = 0;
        for (std::string_view text; !rest.empty() && take_value(rest, text); text = {}) {
            const char kind = in[done];
            done = in.size() - rest.size();
            if (text.starts_with('@')) {
                told.on_message(on, text);
            } else if (kind == ':' || kind == '$') {
                told.on_answer(on);
            } else {
                on.is_ready = on.is_ready || kind == '+' || kind == '>';
            }
        }
        return done;
    }
};

class redis_stream final : public redis {
  public:
    void post(link&, std::uint64_t, std::string_view text, std::string& out) override {
        out += "*5\r\n$4\r\nXADD\r\n$5\r\nbench\r\n$1\r\n*\r\n$1\r\nm\r\n$" + std::to_string(text.size());
        out.append(line_end).append(text).append(line_end);
    }
};

// --- NATS

class nats final : public dialect {
  public:
    std::string opening(link& on) override {
        const std::string listen = on.reads ? "SUB bench 1\r\n" : "";
        return "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n" + listen + "PING\r\n";
    }

    void post(link&, std::uint64_t, std::string_view text, std::string& out) override {
        out += "PUB bench " + std::to_string(text.size());
        out.append(line_end).append(text).append(line_end);
    }

    std::size_t read(link& on, std::string_view in, listener& told) override {
        std::size_t done = 0;
        std::string_view rest = in;
        for (std::string_view line, text; take_line(rest, line); done = in.size() - rest.size()) {
            if (line.starts_with("MSG ")) {
                if (!take_text(rest, number_in(line.substr(line.rfind(' ') + 1)), text)) break;
                told.on_message(on, text);
            } else if (line == "PONG") {
                on.is_ready = true;
            } else if (line == "PING") {
                on.send("PONG\r\n");
            } else if (line.starts_with("-ERR")) {
                refuse(line);
            }
        }
        return done;
    }
};

// --- IRC

class irc final : public dialect {
  public:
    bool echoes() const override { return false; }

    std::string opening(link& on) override {
        const std::string name = "u" + std::to_string(on.number);
        return "NICK " + name + "\r\nUSER " + name + " 0 * :bench\r\n";
    }

    void post(link&, std::uint64_t, std::string_view text, std::string& out) override {
        out.append("PRIVMSG #bench :").append(text).append(line_end);
    }

    std::size_t read(link& on, std::string_view in, listener& told) override {
        std::size_t done = 0;
        std::string_view rest = in;
        for (std::string_view line; take_line(rest, line); done = in.size() - rest.size()) {
            const auto space = line.find(' ');
            if (space == std::string_view::npos) continue;
            const auto what = line.substr(space + 1);
            if (line[0] == ':' && what.starts_with("PRIVMSG ")) {
                told.on_message(on, what.substr(what.find(':') + 1));
            } else if (line.starts_with("PING")) {
                on.send("PONG" + std::string{line.substr(space)} + "\r\n");
            } else if (line.starts_with("ERROR")) {
                refuse(line);
            } else if (!on.is_ready) {
                log_in(on, what);
            }
        }
        return done;
    }

  private:
    static void log_in(link& on, std::string_view numeric) {
        constexpr std::string_view end_of_greeting = "376", no_greeting = "422", end_of_names = "366";
        if (numeric.starts_with(end_of_greeting) || numeric.starts_with(no_greeting)) {
            on.send("JOIN #bench\r\n");
        } else if (numeric.starts_with(end_of_names)) {
            on.is_ready = true;
        } else if (numeric[0] == '4' || numeric[0] == '5') {
            refuse(numeric);
        }
    }
};

}  // namespace

std::unique_ptr<dialect> make_redis() {
    return std::make_unique<redis>();
}
std::unique_ptr<dialect> make_stream() {
    return std::make_unique<redis_stream>();
}
std::unique_ptr<dialect> make_nats() {
    return std::make_unique<nats>();
}
std::unique_ptr<dialect> make_irc() {
    return std::make_unique<irc>();
}

}  // namespace bench
