// The load generator: readers and talkers on one thread, one workload after the set-up. For tests only.
//
//   load all{what, *dialect};      every connection is in the room
//   all.run();                     the workload; then what it measured
//
// Outstanding deliveries are bounded (`window` messages for each talker), so a server is measured at its own
// pace; at a given `rate` a message's time counts from when it was due, so that waiting is not left out.
#pragma once

#include "tests/bench/chat/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bench {

enum class workload : std::uint8_t {
    flood,   // talkers post as fast as readers get it
    rate,    // one talker posts so many a second
    acked,   // every talker waits for the answer before it posts again
    idle,    // nothing, until the standard input ends
    resume,  // one talker posts, then one reader reads all of it
};

struct load_options {
    workload what = workload::flood;
    std::uint16_t port = 0;
    security how = security::clear;
    std::size_t readers = 0;
    std::size_t talkers = 1;
    bool talk = false;        // the talkers are among the readers
    std::size_t stalled = 0;  // readers that stop reading when the workload begins
    std::size_t text_bytes = 100;
    std::uint64_t window = 64;
    double seconds = 2;
    double rate = 50;
    std::uint64_t messages = 100'000;  // of resume
    std::size_t opened_at_once = 12;   // connections that are not in the room yet
    int server_pid = 0;
};

class load final : public listener {
  public:
    load(const load_options& what, dialect& speaks);
    ~load() override;

    void run();

    struct figures {
        double seconds = 0;
        std::uint64_t posts = 0;
        std::uint64_t answers = 0;
        std::uint64_t deliveries = 0;
        std::uint64_t bytes = 0;  // received, before TLS
        std::uint64_t reads = 0;  // of the sockets: deliveries by reads is how well a server batches
        double server_cpu_s = 0;
        double own_cpu_s = 0;
        double p50_us = 0, p99_us = 0;  // of deliveries, or of answers
    };
    const figures& measured() const { return measured_; }

    void on_message(link& from, std::string_view text) override;
    void on_answer(link& from) override;

  private:
    std::size_t link_count() const;
    void open_all();
    link& open(std::size_t number, bool reads);
    void watch(link& which, bool on);
    void poll(double seconds);
    void receive(link& from);

    void flood();
    void rate();
    void acked();
    void resume();
    void idle();
    void fill_window();
    void post(std::size_t talker, std::uint64_t sent_ns);
    void send_posts();
    void drain();
    void note_latency(std::uint64_t ns);

    const load_options what_;
    dialect& speaks_;
    const int epoll_;
    std::vector<std::unique_ptr<link>> links_;  // readers first; then talkers, if they do not read
    std::vector<link*> talkers_;
    std::vector<std::string> outgoing_;    // for each talker
    std::vector<std::uint64_t> asked_at_;  // for each talker of acked
    std::vector<char> room_;
    std::vector<float> latencies_us_;
    std::string text_;
    std::uint64_t posted_ = 0;
    std::uint64_t expected_ = 0;  // deliveries of what was posted
    std::uint64_t got_ = 0;
    std::uint64_t answers_ = 0;
    std::uint64_t reads_ = 0;
    std::uint64_t last_delivery_ns_ = 0;
    bool timing_ = false;
    bool stopping_ = false;
    figures measured_;
};

}  // namespace bench
