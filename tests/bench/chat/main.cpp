// Readers and talkers in one room of a running server: how fast, how late, at what cost. For tests only.
//
//   bench_chat flood|rate|acked|idle|resume sluice|raw|redis|stream|nats|irc PORT [NAME=VALUE…]
//
// NAME: readers talkers talk tls stalled size window seconds rate messages conc rooms pid (see load.hpp).
// Prints one line of JSON. tests/bench/chat.py starts the servers and compares.
#include "tests/bench/chat/load.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/resource.h>

namespace {

using bench::load_options;
using bench::workload;

const std::map<std::string, workload> workloads{{"flood", workload::flood},
                                                {"rate", workload::rate},
                                                {"acked", workload::acked},
                                                {"idle", workload::idle},
                                                {"resume", workload::resume}};

std::unique_ptr<bench::dialect> dialect_named(const std::string& name, const bench::room_options& room) {
    if (name == "sluice") return bench::make_sluice(room);
    if (name == "raw") return bench::make_raw();
    if (name == "redis") return bench::make_redis();
    if (name == "stream") return bench::make_stream();
    if (name == "nats") return bench::make_nats();
    if (name == "irc") return bench::make_irc();
    throw std::invalid_argument{"no such dialect: " + name};
}

struct wanted {
    load_options load;
    bench::room_options room;
    std::string dialect;
};

wanted parse(int argc, char** argv) {
    if (argc < 4) throw std::invalid_argument{"usage: bench_chat WORKLOAD DIALECT PORT [NAME=VALUE...]"};
    wanted all;
    all.load.what = workloads.at(argv[1]);
    all.dialect = argv[2];
    all.load.port = static_cast<std::uint16_t>(std::atoi(argv[3]));
    all.room.from_start = all.load.what == workload::resume;
    for (int i = 4; i < argc; ++i) {
        const std::string text{argv[i]};
        const auto sign = text.find('=');
        if (sign == std::string::npos) throw std::invalid_argument{"not NAME=VALUE: " + text};
        const double value = std::atof(text.c_str() + sign + 1);
        const auto count = static_cast<std::size_t>(value);
        const std::map<std::string, std::function<void()>> names{
            {"readers", [&] { all.load.readers = count; }},
            {"talkers", [&] { all.load.talkers = count; }},
            {"talk", [&] { all.load.talk = count != 0; }},
            {"tls", [&] { all.load.how = count != 0 ? bench::security::tls : bench::security::clear; }},
            {"stalled", [&] { all.load.stalled = count; }},
            {"size", [&] { all.load.text_bytes = count; }},
            {"window", [&] { all.load.window = count; }},
            {"seconds", [&] { all.load.seconds = value; }},
            {"rate", [&] { all.load.rate = value; }},
            {"messages", [&] { all.load.messages = count; }},
            {"conc", [&] { all.load.opened_at_once = count; }},
            {"rooms", [&] { all.room.own_rooms = count != 0; }},
            {"pid", [&] { all.load.server_pid = static_cast<int>(value); }},
        };
        names.at(text.substr(0, sign))();
    }
    return all;
}

// Ten thousand connections want as many descriptors.
void raise_descriptor_limit() {
    rlimit bounds{};
    ::getrlimit(RLIMIT_NOFILE, &bounds);
    bounds.rlim_cur = bounds.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &bounds);
}

void print(const bench::load::figures& f) {
    const auto number = [](const char* name, double value, const char* end = ",") {
        std::printf("\"%s\":%.9g%s", name, value, end);
    };
    std::putchar('{');
    number("seconds", f.seconds);
    number("posts", static_cast<double>(f.posts));
    number("answers", static_cast<double>(f.answers));
    number("deliveries", static_cast<double>(f.deliveries));
    number("bytes", static_cast<double>(f.bytes));
    number("reads", static_cast<double>(f.reads));
    number("server_cpu_s", f.server_cpu_s);
    number("own_cpu_s", f.own_cpu_s);
    number("p50_us", f.p50_us);
    number("p99_us", f.p99_us, "}\n");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const wanted all = parse(argc, argv);
        raise_descriptor_limit();
        const auto speaks = dialect_named(all.dialect, all.room);
        bench::load load{all.load, *speaks};
        load.run();
        print(load.measured());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_chat: %s\n", error.what());
        return 1;
    }
}
