// One talker and many readers in one room of a running chat-server in clear: how many deliveries a second.
//
//   chat-server --plaintext --open --max-posts 0 --listen 127.0.0.1:7400 --state DIR
//   bench_chat PORT READERS MESSAGES TEXT_BYTES WINDOW
//
// The talker keeps WINDOW posts unanswered. The clock runs from the first post until the last reader has the
// last record. Readers check that every record comes once and in order; they do nothing else.
#include "common/service/client_proof.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

namespace chat = protocol::chat;
namespace frame = protocol::frame;
using bytes = std::vector<std::byte>;

constexpr std::size_t receive_bytes = 256 * 1024;

class client {
  public:
    client(std::uint16_t port, const common::trust::identity& who) : received_(receive_bytes) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error{"connect"};
        const int one = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

        common::service::client_proof proof{who, common::trust::application::chat, std::nullopt, "bench_chat",
                                            "bench"};
        protocol::session::client_handshake handshake{protocol::session::link_security::plaintext,
                                                      proof.hello_maker(), proof.welcome_checker()};
        while (handshake.phase() != protocol::session::client_phase::up) {
            receive();
            each_frame([&](const frame::view& in) {
                // What comes right behind Welcome is not of interest.
                if (handshake.phase() != protocol::session::client_phase::up) send(handshake.on_frame(in));
            });
        }
    }
    client(const client&) = delete;
    client& operator=(const client&) = delete;
    ~client() { ::close(fd_); }

    int fd() const { return fd_; }

    void send(const bytes& data) const {
        for (std::size_t done = 0; done < data.size();) {
            const auto sent = ::send(fd_, data.data() + done, data.size() - done, MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error{"send"};
            done += static_cast<std::size_t>(sent);
        }
    }

    std::uint32_t join(const char* room) {
        send(frame::encode(chat::join_room{.room = room, .start = chat::start_at::last_n}, 1));
        std::uint32_t number = 0;
        while (!caught_up_) {
            receive();
            each_frame([&](const frame::view& in) {
                chat::joined joined;
                if (in.header.type == chat::joined::type) {
                    if (decode(in.payload, joined) != protocol::error_code::none)
                        throw std::runtime_error{"joined"};
                    number = joined.room;
                    last_seq = joined.last_seq;
                }
                caught_up_ = caught_up_ || in.header.type == chat::caught_up::type;
            });
        }
        return number;
    }

    // Waits for bytes.
    void receive() {
        const auto got = ::recv(fd_, received_.data() + end_, received_.size() - end_, 0);
        if (got <= 0) throw std::runtime_error{"the server closed the connection"};
        end_ += static_cast<std::size_t>(got);
    }
    template <class Visitor>
    void each_frame(Visitor&& visit) {
        std::size_t begin = 0;
        for (;;) {
            const auto step =
                frames_.next(protocol::wire::bytes_view{std::span{received_}.subspan(begin, end_ - begin)});
            if (step.state == frame::decoder::state::failed) throw std::runtime_error{"not a frame"};
            if (step.state == frame::decoder::state::more) break;
            visit(step.frame);
            begin += step.frame_bytes;
        }
        std::memmove(received_.data(), received_.data() + begin, end_ - begin);
        end_ -= begin;
    }
    // Records come in order, each once: only their place is looked at.
    void count_record(const frame::view& in) {
        std::uint64_t seq = 0;
        std::memcpy(&seq, in.payload.data() + sizeof(std::uint32_t), sizeof seq);
        if (seq != ++last_seq) throw std::runtime_error{"a record is missing or repeated"};
    }

    std::uint64_t last_seq = 0;

  private:
    int fd_ = -1;
    bool caught_up_ = false;
    bytes received_;
    std::size_t end_ = 0;
    frame::decoder frames_{protocol::limits::data_payload_bytes_max};
};

struct wanted {
    std::uint16_t port;
    std::size_t readers;
    std::uint64_t messages;
    std::size_t text_bytes;
    std::uint64_t window;
};

class bench {
  public:
    explicit bench(const wanted& what)
        : what_(what), who_{common::trust::ed25519_key::generate(), ""}, talker_(what.port, who_) {
        room_ = talker_.join("bench");
        watch(talker_);
        for (std::size_t i = 0; i < what.readers; ++i) {
            readers_.push_back(std::make_unique<client>(what.port, who_));
            readers_.back()->join("bench");
            watch(*readers_.back());
        }
    }

    double run() {
        const std::uint64_t goal = talker_.last_seq + what_.messages;
        const auto start = std::chrono::steady_clock::now();
        post_more();
        std::size_t finished = 0;
        std::vector<epoll_event> ready(256);
        while (finished < readers_.size() + 1) {
            const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
            for (int i = 0; i < count; ++i) {
                client& from = *static_cast<client*>(ready[static_cast<std::size_t>(i)].data.ptr);
                const bool before = from.last_seq == goal;
                from.receive();
                from.each_frame([&](const frame::view& in) {
                    if (in.header.type == chat::record::type) from.count_record(in);
                    if (in.header.type == chat::posted::type) ++answered_;
                });
                finished += !before && from.last_seq == goal ? 1 : 0;
            }
            post_more();
        }
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

  private:
    void watch(client& which) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &which;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, which.fd(), &event);
    }
    void post_more() {
        bytes batch;
        const std::string text(what_.text_bytes, 'x');
        for (; posted_ < what_.messages && posted_ - answered_ < what_.window; ++posted_) {
            chat::post post{.room = room_, .text = text};
            const std::uint64_t number = started_ + posted_;
            std::memcpy(post.id.data(), &number, sizeof number);
            frame::append(batch, post, 1);
        }
        talker_.send(batch);
    }

    const wanted what_;
    const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    const common::trust::identity who_;
    client talker_;
    std::vector<std::unique_ptr<client>> readers_;
    std::uint32_t room_ = 0;
    std::uint64_t posted_ = 0;
    std::uint64_t answered_ = 0;
    const std::uint64_t started_ =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fputs("usage: bench_chat PORT READERS MESSAGES TEXT_BYTES WINDOW\n", stderr);
        return 2;
    }
    try {
        const wanted what{static_cast<std::uint16_t>(std::atoi(argv[1])), std::strtoull(argv[2], nullptr, 10),
                          std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10),
                          std::strtoull(argv[5], nullptr, 10)};
        bench all{what};
        const double seconds = all.run();
        const double deliveries = static_cast<double>(what.messages) * static_cast<double>(what.readers + 1);
        std::printf("%.3f s, %.0f posts/s, %.3f M deliveries/s\n", seconds,
                    static_cast<double>(what.messages) / seconds, deliveries / seconds / 1e6);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_chat: %s\n", error.what());
        return 1;
    }
}
