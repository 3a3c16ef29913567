#include "tests/simulation/chat/scenario.hpp"

#include "tests/simulation/chat/client.hpp"
#include "tests/simulation/chat/oracle.hpp"
#include "tests/simulation/chat/server.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/weather.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace tests::simulation::chat {

using namespace std::chrono_literals;

namespace {

constexpr duration storm_max = 30s;
// After healing, everything must be everywhere within this time. Generous: a clogged client may have a long
// way to go.
constexpr duration calm_max = 600s;

class scenario {
  public:
    explicit scenario(world& sim);
    void run();

  private:
    struct person {
        std::string name;
        client_options options;
        std::unique_ptr<node> machine;
        client* program = nullptr;
    };

    void choose_options();
    void add_person(const std::string& name);
    void plan_message();
    void write_something(person& author);
    bool settled() const;
    void read_everything();
    std::string what_is_missing() const;

    world& sim_;
    network net_;
    oracle truth_;
    server_options options_;
    std::vector<std::string> names_;
    std::vector<std::string> rooms_;
    std::size_t messages_left_ = 0;
    duration message_pause_max_{};
    std::vector<std::unique_ptr<person>> people_;
    std::unique_ptr<node> host_;
    server* served_ = nullptr;
};

scenario::scenario(world& sim) : sim_(sim), net_(sim), truth_(sim) {
    choose_options();
    names_.emplace_back("reader");  // comes last, to read everything
    host_ = std::make_unique<node>(sim_, "server");
    net_.attach(*host_);
    host_->on_boot([this](process& own) {
        served_ = nullptr;
        auto made = std::make_shared<server>(own, net_, names_, options_);
        served_ = made.get();
        return made;
    });
    host_->on_death([this](bool) { served_ = nullptr; });
    sim_.add_check([this] {
        if (served_ == nullptr) return;
        if (auto what = served_->over_budget(); !what.empty()) sim_.fail(std::move(what));
    });
}

void scenario::choose_options() {
    auto& chance = sim_.chance();
    const std::size_t clients = chance.between(2, 5);
    for (std::size_t i = 0; i < clients; ++i) names_.push_back("client-" + std::to_string(i + 1));
    rooms_.emplace_back("lobby");
    if (chance.one_in(3)) rooms_.emplace_back("den");
    options_.workers = chance.between(1, 3);
    options_.posts_per_s = chance.one_in(4) ? 5 : 0;
    // A tail so small that readers must page from the store, in some runs.
    options_.tails_bytes_max = chance.one_in(2) ? chance.between(1, 20'000) : 0;
    if (chance.one_in(4)) options_.keep.records_max = chance.between(5, 50);
    messages_left_ = chance.between(5, 120);
    message_pause_max_ = chance.between(1ms, 1s);
    net_.set_latency_max(chance.between(1ms, 300ms));
}

void scenario::add_person(const std::string& name) {
    auto& added = *people_.emplace_back(std::make_unique<person>());
    added.name = name;
    added.options.name = name;
    added.options.rooms = rooms_;
    added.options.by_cursor = sim_.chance().one_in(3);
    added.machine = std::make_unique<node>(sim_, name);
    net_.attach(*added.machine);
    added.machine->on_boot([this, &added](process& own) {
        added.program = nullptr;
        auto made = std::make_shared<client>(own, net_, added.options, truth_);
        added.program = made.get();
        return made;
    });
    added.machine->on_death([&added](bool) { added.program = nullptr; });
    added.machine->start();
}

void scenario::plan_message() {
    if (messages_left_ == 0) return;
    sim_.after(sim_.chance().between(0ms, message_pause_max_), {}, [this] {
        auto& author = *people_[sim_.chance().below(people_.size())];
        if (author.program != nullptr) write_something(author);
        plan_message();
    });
}

void scenario::write_something(person& author) {
    auto& chance = sim_.chance();
    if (chance.one_in(8)) return author.program->take_one_back();
    if (chance.one_in(15)) return author.program->pause_for(chance.between(1ms, 5s));
    const std::size_t bytes_max = chance.one_in(20) ? protocol::limits::text_bytes_max : 200;
    std::string text(chance.between(1, bytes_max), 'x');
    const auto& room = rooms_[chance.below(rooms_.size())];
    author.program->write(room, std::move(text));
    --messages_left_;
}

bool scenario::settled() const {
    return std::ranges::all_of(people_, [this](const auto& each) {
        if (each->program == nullptr || each->program->outbox_size() > 0) return false;
        return std::ranges::all_of(
            rooms_, [&](const auto& room) { return each->program->last_seq(room) >= truth_.last_seq(room); });
    });
}

std::string scenario::what_is_missing() const {
    std::string text = "after healing not everything got everywhere:";
    for (const auto& each : people_) {
        text += " " + each->name;
        if (each->program == nullptr) {
            text += " is not running;";
            continue;
        }
        text += " has " + std::to_string(each->program->outbox_size()) + " to send and";
        for (const auto& room : rooms_) {
            text += " " + room + " up to #" + std::to_string(each->program->last_seq(room)) + " of " +
                    std::to_string(truth_.last_seq(room));
        }
        text += ";";
    }
    return text;
}

void scenario::read_everything() {
    // A restart first: only what the store kept can be read now.
    host_->lose_power();
    host_->start();
    truth_.all_is_quiet();
    add_person("reader");
    if (!sim_.run_until([this] { return settled(); }, calm_max)) throw violation{what_is_missing()};
    sim_.run_for(5s);
    truth_.check_complete("reader");
    sim_.verify();
}

void scenario::run() {
    host_->start();
    for (const auto& name : names_) {
        if (name != "reader") add_person(name);
    }
    std::vector<node*> machines{host_.get()};
    for (const auto& each : people_) machines.push_back(each->machine.get());
    weather storm{sim_, net_, machines};
    storm.begin();
    plan_message();
    sim_.run_for(sim_.chance().between(1s, storm_max));
    messages_left_ = std::min<std::size_t>(messages_left_, 10);
    storm.heal();
    if (!sim_.run_until([this] { return messages_left_ == 0 && settled(); }, calm_max)) {
        throw violation{what_is_missing()};
    }
    read_everything();
}

}  // namespace

void run_chat(world& sim) {
    scenario{sim}.run();
}

}  // namespace tests::simulation::chat
