// Runs the scenarios over many seeds.
//
//   simulate                                     the regression seeds and some more, of every scenario
//   simulate --scenario chat --seed 42           one run; with --trace what happened in it
//   simulate --seeds 2000 --first 1000           a range
//   simulate --mutations                         every deliberate fault must be caught; says by which seed
//   simulate --mutation ack_before_commit --seed 42
//
// A broken promise prints the seed, the commit and the last events, and the exit code is 1.
#include "common/seam/mutation.hpp"
#include "tests/simulation/chat/scenario.hpp"
#include "tests/simulation/upload/scenario.hpp"
#include "tests/simulation/world.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace {

using common::seam::mutation;
using tests::simulation::world;

struct scenario {
    std::string_view name;
    void (*run)(world&);
    std::vector<std::uint64_t> regressions;  // seeds that once found something
    std::vector<mutation> mutations;         // what this scenario must catch
};

const std::vector<scenario>& scenarios() {
    static const std::vector<scenario> all{
        {"chat",
         tests::simulation::chat::run_chat,
         {9, 12, 66, 606},
         {mutation::ack_before_commit, mutation::publish_before_commit, mutation::skip_duplicate_check,
          mutation::number_before_commit, mutation::cursor_on_write, mutation::relaxed_sync,
          mutation::trust_old_log, mutation::outbox_forgets}},
        {"upload",
         tests::simulation::upload::run_upload,
         {88},
         {mutation::trust_file_size, mutation::journal_before_sync, mutation::rename_before_sync,
          mutation::skip_folder_sync}},
    };
    return all;
}

struct options {
    std::string_view scenario;  // empty: all
    std::uint64_t first = 1;
    std::uint64_t seeds = 200;
    bool one = false;
    bool trace = false;
    bool all_mutations = false;
    mutation fault = mutation::none;
};

struct failure {
    std::string what;
    std::string trace;
};

std::optional<failure> run_one(const scenario& chosen, std::uint64_t seed, bool always_trace) {
    world sim{seed};
    std::optional<failure> broken;
    try {
        chosen.run(sim);
    } catch (const std::exception& error) {
        broken = failure{error.what(), sim.trace()};
    }
    if (always_trace) std::printf("%s", sim.trace().c_str());
    return broken;
}

// The commit of the tree, as git keeps it; empty when there is none.
std::string commit() {
    const std::string git = std::string{SLUICE_SOURCE_DIR} + "/.git/";
    std::string line;
    std::ifstream head{git + "HEAD"};
    if (!std::getline(head, line)) return {};
    constexpr std::string_view reference = "ref: ";
    if (!line.starts_with(reference)) return line;
    std::ifstream branch{git + line.substr(reference.size())};
    std::getline(branch, line);
    return line;
}

void report(const scenario& chosen, std::uint64_t seed, const failure& broken) {
    std::printf("\n%s\nbroken: %s\nscenario %.*s, seed %llu, commit %s\n", broken.trace.c_str(),
                broken.what.c_str(), static_cast<int>(chosen.name.size()), chosen.name.data(),
                static_cast<unsigned long long>(seed), commit().c_str());
    std::printf("again: scripts/sim --scenario %.*s --seed %llu\n", static_cast<int>(chosen.name.size()),
                chosen.name.data(), static_cast<unsigned long long>(seed));
}

std::vector<std::uint64_t> seeds_of(const scenario& chosen, const options& wanted) {
    std::vector<std::uint64_t> seeds;
    if (!wanted.one) seeds = chosen.regressions;
    for (std::uint64_t i = 0; i < wanted.seeds; ++i) seeds.push_back(wanted.first + i);
    return seeds;
}

bool holds(const scenario& chosen, const options& wanted) {
    const auto seeds = seeds_of(chosen, wanted);
    for (const auto seed : seeds) {
        const auto broken = run_one(chosen, seed, wanted.trace);
        if (!broken) continue;
        report(chosen, seed, *broken);
        return false;
    }
    std::printf("%.*s: %zu seeds, every promise held\n", static_cast<int>(chosen.name.size()),
                chosen.name.data(), seeds.size());
    return true;
}

// A run in a process of its own, because a deliberate fault may also trip an assertion of the code under
// test.
bool breaks(const scenario& chosen, std::uint64_t seed, const std::string& fault) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (child == 0) {
        const auto broken = run_one(chosen, seed, false);
        if (broken) {
            std::printf("%-24s caught by seed %llu of %s: %s\n", fault.c_str(),
                        static_cast<unsigned long long>(seed), std::string{chosen.name}.c_str(),
                        broken->what.c_str());
        }
        std::fflush(nullptr);
        ::_exit(broken ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        std::printf("%-24s caught by seed %llu of %s: an assertion fails\n", fault.c_str(),
                    static_cast<unsigned long long>(seed), std::string{chosen.name}.c_str());
    }
    return status != 0;
}

// A simulator that does not notice a deliberate fault would not notice an honest one.
bool catches(const scenario& chosen, mutation fault, const options& wanted) {
    const std::string name{common::seam::name_of(fault)};
    common::seam::active_mutation = fault;
    const auto seeds = seeds_of(chosen, wanted);
    const bool caught = std::ranges::any_of(seeds, [&](auto seed) { return breaks(chosen, seed, name); });
    common::seam::active_mutation = mutation::none;
    if (!caught)
        std::printf("%-24s NOT CAUGHT by %zu seeds of %s\n", name.c_str(), seeds.size(),
                    std::string{chosen.name}.c_str());
    return caught;
}

std::optional<mutation> mutation_called(std::string_view name) {
    for (unsigned i = 0; i < static_cast<unsigned>(mutation::count_); ++i) {
        const auto each = static_cast<mutation>(i);
        if (common::seam::name_of(each) == name) return each;
    }
    return std::nullopt;
}

bool number(const char* text, std::uint64_t& to) {
    const char* end = text + std::strlen(text);
    return std::from_chars(text, end, to).ptr == end;
}

// False: not understood.
bool parse(int argc, char** argv, options& wanted) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--trace") {
            wanted.trace = true;
            continue;
        }
        if (name == "--mutations") {
            wanted.all_mutations = true;
            continue;
        }
        if (++i == argc) return false;
        bool understood = true;
        if (name == "--scenario") {
            wanted.scenario = argv[i];
        } else if (name == "--seeds") {
            understood = number(argv[i], wanted.seeds);
        } else if (name == "--first") {
            understood = number(argv[i], wanted.first);
        } else if (name == "--seed") {
            understood = number(argv[i], wanted.first);
            wanted.seeds = 1;
            wanted.one = true;
        } else if (name == "--mutation") {
            const auto fault = mutation_called(argv[i]);
            understood = fault.has_value();
            wanted.fault = fault.value_or(mutation::none);
        } else {
            return false;
        }
        if (!understood) return false;
    }
    const auto known = [&](const scenario& each) { return each.name == wanted.scenario; };
    return wanted.scenario.empty() || std::ranges::any_of(scenarios(), known);
}

}  // namespace

int main(int argc, char** argv) {
    options wanted;
    if (!parse(argc, argv, wanted)) {
        std::fprintf(stderr,
                     "usage: simulate [--scenario NAME] [--seed N | --first N --seeds N] [--trace]\n"
                     "                [--mutations | --mutation NAME]\n");
        return 2;
    }
    bool good = true;
    common::seam::active_mutation = wanted.fault;
    for (const auto& each : scenarios()) {
        if (!wanted.scenario.empty() && each.name != wanted.scenario) continue;
        if (!wanted.all_mutations) {
            good = holds(each, wanted) && good;
            continue;
        }
        for (const auto fault : each.mutations) good = catches(each, fault, wanted) && good;
    }
    return good ? 0 : 1;
}
