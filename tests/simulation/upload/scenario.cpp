#include "tests/simulation/upload/scenario.hpp"

#include "tests/simulation/network.hpp"
#include "tests/simulation/upload/guest.hpp"
#include "tests/simulation/upload/host.hpp"
#include "tests/simulation/upload/oracle.hpp"
#include "tests/simulation/weather.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace tests::simulation::upload {

using namespace std::chrono_literals;

namespace {

constexpr duration storm_max = 20s;
constexpr duration calm_max = 600s;
constexpr std::size_t small_bytes_max = 20'000;
constexpr std::size_t large_bytes_max = 1'500'000;
constexpr std::int64_t some_day_ns = 1'700'000'000'000'000'000;

class scenario {
  public:
    explicit scenario(world& sim);
    void run();

  private:
    struct person {
        std::string name;
        std::unique_ptr<node> machine;
        guest* program = nullptr;
    };

    void add_person(const std::string& name);
    void fill_disk(person& owner);
    bool settled() const;

    world& sim_;
    network net_;
    oracle truth_;
    std::uint64_t bytes_per_second_ = 0;
    std::unique_ptr<node> receiver_;
    host* received_ = nullptr;
    std::vector<std::unique_ptr<person>> people_;
};

scenario::scenario(world& sim) : sim_(sim), net_(sim), truth_(sim) {
    net_.set_latency_max(sim.chance().between(1ms, 100ms));
    // Slow enough, in most runs, that a file is on its way for some seconds.
    if (!sim.chance().one_in(3)) bytes_per_second_ = sim.chance().between(100'000, 1'000'000);
    receiver_ = std::make_unique<node>(sim_, "receiver");
    net_.attach(*receiver_);
    truth_.watch(*receiver_);
    receiver_->on_boot([this](process& own) {
        received_ = nullptr;
        auto made = std::make_shared<host>(own, net_);
        received_ = made.get();
        return made;
    });
    receiver_->on_death([this](bool) { received_ = nullptr; });
    sim_.add_check([this] {
        if (received_ == nullptr) return;
        if (auto what = received_->over_budget(); !what.empty()) sim_.fail(std::move(what));
    });
}

// What is to be sent lies on the sender's disk, safe, before the run begins.
void scenario::fill_disk(person& owner) {
    auto& chance = sim_.chance();
    const auto always = std::make_shared<life_state>();
    simulated_disk disk{owner.machine->disk(), always};
    const auto must = [](std::error_code error) {
        if (error) throw std::system_error{error, "filling a sender's disk"};
    };
    must(disk.make_folder("folder", 0755));
    const std::size_t count = chance.between(1, 12);
    file_bytes before;
    for (std::size_t i = 0; i < count; ++i) {
        const bool large = i == 0 || chance.one_in(6);
        file_bytes contents(chance.between(0, large ? large_bytes_max : small_bytes_max));
        chance.fill(contents);
        // Holes, and a second copy of what is there: neither is sent.
        if (chance.one_in(4)) std::fill_n(contents.begin(), contents.size() / 2, std::byte{0});
        if (large && !before.empty() && chance.one_in(3)) contents = before;
        if (large) before = contents;
        const std::string path = (chance.one_in(3) ? "folder/file-" : "file-") + std::to_string(i);
        auto file = disk.create(path, 0644);
        if (!file) must(file.error());
        must((*file)->write_at(contents, 0));
        must((*file)->set_mtime(some_day_ns + static_cast<std::int64_t>(i)));
        truth_.sent(owner.name + "/" + path, std::move(contents));
    }
    must(disk.sync_everything());
}

void scenario::add_person(const std::string& name) {
    auto& added = *people_.emplace_back(std::make_unique<person>());
    added.name = name;
    added.machine = std::make_unique<node>(sim_, name);
    net_.attach(*added.machine);
    fill_disk(added);
    added.machine->on_boot([this, &added](process& own) {
        added.program = nullptr;
        auto made = std::make_shared<guest>(own, net_, added.name, truth_, bytes_per_second_);
        added.program = made.get();
        return made;
    });
    added.machine->on_death([&added](bool) { added.program = nullptr; });
    added.machine->start();
}

bool scenario::settled() const {
    return std::ranges::all_of(
        people_, [](const auto& each) { return each->program != nullptr && each->program->finished(); });
}

void scenario::run() {
    receiver_->start();
    const std::size_t senders = sim_.chance().between(1, 3);
    for (std::size_t i = 0; i < senders; ++i) add_person("client-" + std::to_string(i + 1));
    std::vector<node*> machines{receiver_.get()};
    for (const auto& each : people_) machines.push_back(each->machine.get());
    weather storm{sim_, net_, machines};
    storm.begin();
    sim_.run_until([this] { return settled(); }, sim_.chance().between(1s, storm_max));
    storm.heal();
    if (!sim_.run_until([this] { return settled(); }, calm_max)) {
        throw violation{"after healing not everything is stored"};
    }
    receiver_->lose_power();
    receiver_->start();
    truth_.check_all();
    sim_.verify();
}

}  // namespace

void run_upload(world& sim) {
    scenario{sim}.run();
}

}  // namespace tests::simulation::upload
