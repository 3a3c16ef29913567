#include "tests/bench/chat/load.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::size_t receive_bytes = 64 * 1024;
constexpr std::size_t message_bytes_max = 256 * 1024;
constexpr double quiet_seconds = 0.1;    // nothing came for so long: set-up is over
constexpr double patience_seconds = 10;  // nothing came for so long while something must: it is lost
constexpr std::uint64_t resume_window = 2048;

std::uint64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * second_ns + static_cast<std::uint64_t>(now.tv_nsec);
}

double since(std::uint64_t begin_ns) {
    return static_cast<double>(now_ns() - begin_ns) / second_ns;
}

double own_cpu_s() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Exact, unlike the clock ticks of /proc/PID/stat.
double cpu_s_of(int pid) {
    if (pid == 0) return 0;
    double ns = 0;
    for (const auto& task : std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/task"}) {
        double ran = 0;
        if (std::ifstream{task.path() / "schedstat"} >> ran) ns += ran;
    }
    return ns / second_ns;
}

}  // namespace

load::load(const load_options& what, dialect& speaks)
    : what_(what),
      speaks_(speaks),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      outgoing_(what.talkers),
      asked_at_(what.talkers),
      room_(receive_bytes + message_bytes_max),
      text_(std::max(what.text_bytes, mark_bytes), 'x') {
    open_all();
}

load::~load() {
    ::close(epoll_);
}

std::size_t load::link_count() const {
    return what_.readers + (what_.talk ? 0 : what_.talkers);
}

void load::open_all() {
    std::size_t ready = 0;
    auto progress_ns = now_ns();
    while (ready < link_count()) {
        while (links_.size() < link_count() && links_.size() < ready + what_.opened_at_once) {
            open(links_.size(), links_.size() < what_.readers);
        }
        poll(0.05);
        const auto before = ready;
        ready = static_cast<std::size_t>(
            std::ranges::count_if(links_, [](const auto& each) { return each->is_ready; }));
        if (ready > before) progress_ns = now_ns();
        if (since(progress_ns) > patience_seconds)
            throw std::runtime_error{"only " + std::to_string(ready) + " connections got into the room"};
    }
    for (std::size_t i = 0; i < what_.talkers; ++i) {
        talkers_.push_back(links_[what_.talk ? i : what_.readers + i].get());
    }
    // Greetings and names are still on their way.
    const auto received = [this] {
        std::uint64_t sum = 0;
        for (const auto& each : links_) sum += each->received_bytes;
        return sum;
    };
    for (auto before = received() + 1; before != received();) {
        before = received();
        const auto begin = now_ns();
        while (since(begin) < quiet_seconds) poll(quiet_seconds);
    }
    got_ = answers_ = reads_ = 0;
}

link& load::open(std::size_t number, bool reads) {
    link& added = *links_.emplace_back(std::make_unique<link>(what_.port, what_.how, number));
    added.reads = reads;
    const auto first = speaks_.opening(added);
    if (!first.empty()) added.send(first);
    watch(added, true);
    return added;
}

void load::watch(link& which, bool on) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &which;
    ::epoll_ctl(epoll_, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, which.fd(), &event);
}

void load::poll(double seconds) {
    timespec patience{};
    patience.tv_nsec = static_cast<long>(std::clamp(seconds, 0.0, 0.5) * second_ns);
    epoll_event ready[256];
    const int count = ::epoll_pwait2(epoll_, ready, std::size(ready), &patience, nullptr);
    for (int i = 0; i < count; ++i) receive(*static_cast<link*>(ready[i].data.ptr));
}

void load::receive(link& from) {
    for (bool more = true; more;) {
        const auto begun = from.unread.size();
        if (begun + receive_bytes > room_.size()) throw std::runtime_error{"a message is too long"};
        std::memcpy(room_.data(), from.unread.data(), begun);
        more = from.receive(std::span{room_}.subspan(begun, receive_bytes));
        last_delivery_ns_ = now_ns();
        ++reads_;
        const std::string_view all{room_.data(), begun + from.got};
        from.unread = all.substr(speaks_.read(from, all, *this));
    }
}

void load::on_message(link& from, std::string_view text) {
    if (!has_mark(text)) throw std::runtime_error{"not one of our messages"};
    if (what_.talkers == 1) {
        const auto number = number_of(text);
        if (from.last != 0 && number != from.last + 1)
            throw std::runtime_error{"a message is missing, or came twice"};
        from.last = number;
    }
    if (!from.reads) return;
    ++got_;
    if (timing_) note_latency(last_delivery_ns_ - sent_ns_of(text));
}

void load::on_answer(link& from) {
    ++answers_;
    if (what_.what != workload::acked) return;
    const auto talker = from.number - talkers_.front()->number;
    note_latency(now_ns() - asked_at_[talker]);
    if (!stopping_) post(talker, now_ns());
}

void load::note_latency(std::uint64_t ns) {
    latencies_us_.push_back(static_cast<float>(ns) / 1000);
}

// --- posting

void load::post(std::size_t talker, std::uint64_t sent_ns) {
    write_mark(std::span{text_}, {.sent_ns = sent_ns, .number = ++posted_});
    speaks_.post(*talkers_[talker], posted_, text_, outgoing_[talker]);
    asked_at_[talker] = sent_ns;
    const auto readers = what_.readers - what_.stalled;
    expected_ += what_.talk && !speaks_.echoes() ? readers - 1 : readers;
}

void load::send_posts() {
    for (std::size_t i = 0; i < talkers_.size(); ++i) {
        if (outgoing_[i].empty()) continue;
        talkers_[i]->send(outgoing_[i]);
        outgoing_[i].clear();
    }
}

void load::fill_window() {
    const auto readers = what_.readers - what_.stalled;
    const auto bound = what_.window * what_.talkers * readers;
    while (expected_ - got_ + readers <= bound) post(posted_ % talkers_.size(), now_ns());
    send_posts();
}

void load::drain() {
    for (auto begin = now_ns(); got_ < expected_;) {
        const auto before = got_;
        poll(0.05);
        if (got_ > before) begin = now_ns();
        if (since(begin) > patience_seconds)
            throw std::runtime_error{std::to_string(expected_ - got_) + " deliveries are lost"};
    }
}

void load::flood() {
    const auto begin = now_ns();
    while (since(begin) < what_.seconds) {
        fill_window();
        poll(0.05);
    }
    drain();
}

void load::rate() {
    timing_ = true;
    const auto period = static_cast<std::uint64_t>(second_ns / what_.rate);
    const auto begin = now_ns();
    const auto end = begin + static_cast<std::uint64_t>(what_.seconds * second_ns);
    for (auto due = begin; due < end;) {
        for (; due <= now_ns(); due += period) post(0, due);
        send_posts();
        poll(static_cast<double>(due - std::min(due, now_ns())) / second_ns);
    }
    drain();
}

void load::acked() {
    for (std::size_t i = 0; i < talkers_.size(); ++i) post(i, now_ns());
    const auto begin = now_ns();
    while (since(begin) < what_.seconds) {
        send_posts();
        poll(0.05);
    }
    // Answers that come from here on are not followed by a post, and do not count.
    stopping_ = true;
    measured_.answers = answers_;
    measured_.seconds = since(begin);
    send_posts();
    for (const auto stop = now_ns(); answers_ < posted_;) {
        poll(0.05);
        if (since(stop) > patience_seconds) throw std::runtime_error{"posts without an answer"};
    }
}

void load::resume() {
    while (answers_ < what_.messages) {
        while (posted_ < what_.messages && posted_ - answers_ < resume_window) post(0, now_ns());
        send_posts();
        poll(0.05);
    }
    const auto begin = now_ns();
    link& late = open(links_.size(), true);
    expected_ = what_.messages;
    drain();
    measured_.seconds = since(begin);
    measured_.bytes = late.received_bytes;
}

// The server's memory is looked at from outside meanwhile; its pings are answered by nobody.
void load::idle() {
    std::puts("ready");
    std::fflush(stdout);
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (::poll(&input, 1, 0) == 0) poll(0.1);
}

void load::run() {
    for (std::size_t i = 0; i < what_.stalled; ++i) {
        watch(*links_[i], false);
    }
    const double server_before = cpu_s_of(what_.server_pid);
    const double own_before = own_cpu_s();
    const auto begin = now_ns();
    switch (what_.what) {
        case workload::flood:
            flood();
            break;
        case workload::rate:
            rate();
            break;
        case workload::acked:
            acked();
            break;
        case workload::resume:
            resume();
            break;
        case workload::idle:
            idle();
            break;
    }
    measured_.server_cpu_s = cpu_s_of(what_.server_pid) - server_before;
    measured_.own_cpu_s = own_cpu_s() - own_before;
    if (measured_.seconds == 0)
        measured_.seconds = static_cast<double>(last_delivery_ns_ - begin) / second_ns;
    measured_.posts = posted_;
    measured_.deliveries = got_;
    measured_.reads = reads_;
    if (latencies_us_.empty()) return;
    const auto at = [this](double part) {
        const auto place = latencies_us_.begin() +
                           static_cast<std::ptrdiff_t>(part * static_cast<double>(latencies_us_.size() - 1));
        std::ranges::nth_element(latencies_us_, place);
        return static_cast<double>(*place);
    };
    measured_.p50_us = at(0.5);
    measured_.p99_us = at(0.99);
}

}  // namespace bench
