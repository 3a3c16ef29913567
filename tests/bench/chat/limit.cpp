// What this machine can do at most for a chat room: one thread, one log, a position in it for each reader.
//
//   bench_chat_limit PORT                      every text goes to all who have joined
//   bench_chat_limit PORT append FILE          the same, and answers a text when it is in FILE and synced
//   bench_chat_limit PORT overwrite FILE       … in a file that has its size already, as a log that is reused
//
// A frame is its length in four bytes and the text; an empty one joins, and is the answer. Each turn of the
// loop reads from everybody, syncs what came as one batch, and sends each reader all that it has not got.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::size_t log_bytes = 64 * 1024 * 1024;
constexpr std::size_t receive_bytes = 256 * 1024;
constexpr std::size_t send_bytes_max = 1024 * 1024;
constexpr std::size_t file_bytes = 256 * 1024 * 1024;

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(1);
}

// The newest bytes of an endless log. Mapped twice in a row, so that no piece of it is ever in two parts.
class ring {
  public:
    ring() {
        const int memory = ::memfd_create("log", MFD_CLOEXEC);
        if (memory < 0 || ::ftruncate(memory, log_bytes) != 0) die("memory for the log");
        base_ =
            static_cast<char*>(::mmap(nullptr, 2 * log_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        for (char* half : {base_, base_ + log_bytes}) {
            if (::mmap(half, log_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory, 0) != half)
                die("mapping the log");
        }
        ::close(memory);
    }
    void append(std::string_view bytes) {
        std::memcpy(base_ + head_ % log_bytes, bytes.data(), bytes.size());
        head_ += bytes.size();
    }
    std::uint64_t head() const { return head_; }
    const char* at(std::uint64_t place) const { return base_ + place % log_bytes; }

  private:
    char* base_ = nullptr;
    std::uint64_t head_ = 0;
};

// One write and one sync for a batch.
class durable_file {
  public:
    durable_file(const char* path, bool overwrite) : overwrite_(overwrite) {
        fd_ = ::open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
        if (fd_ < 0) die(path);
        const std::string zeros(overwrite ? file_bytes : 0, '\0');
        if (overwrite && (::write(fd_, zeros.data(), zeros.size()) < 0 || ::fsync(fd_) != 0)) die(path);
    }
    void commit(std::string_view bytes) {
        if (overwrite_ && place_ + bytes.size() > file_bytes) place_ = 0;
        const auto put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(place_));
        if (put != static_cast<ssize_t>(bytes.size()) || ::fdatasync(fd_) != 0) die("commit");
        place_ += bytes.size();
    }

  private:
    const bool overwrite_;
    int fd_ = -1;
    std::size_t place_ = 0;
};

struct client {
    int fd = -1;
    std::uint64_t position = 0;
    bool joined = false;
    bool blocked = false;          // waits until its socket takes more
    std::uint32_t unanswered = 0;  // texts of the batch
    std::string unread;
};

class server {
  public:
    server(std::uint16_t port, std::unique_ptr<durable_file> file)
        : file_(std::move(file)), room_(receive_bytes) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_port = htons(port);
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) die("bind");
        ::listen(listener_, 1024);
        watch(EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
    }

    [[noreturn]] void run() {
        std::vector<epoll_event> ready(512);
        for (;;) {
            const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
            for (int i = 0; i < count; ++i) serve(ready[static_cast<std::size_t>(i)]);
            if (!batch_.empty()) commit();
            if (log_.head() != sent_) send_all();
            std::erase_if(clients_, [](const auto& each) { return each->fd < 0; });
        }
    }

  private:
    void watch(int how, int fd, std::uint32_t events, client* whose) const {
        epoll_event event{};
        event.events = events;
        event.data.ptr = whose;
        ::epoll_ctl(epoll_, how, fd, &event);
    }

    void serve(const epoll_event& event) {
        auto* who = static_cast<client*>(event.data.ptr);
        if (who == nullptr) return accept_all();
        if (who->fd >= 0 && (event.events & EPOLLOUT) != 0) send_to(*who);
        if (who->fd >= 0 && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(*who);
    }

    void accept_all() {
        for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            clients_.push_back(std::make_unique<client>());
            clients_.back()->fd = fd;
            watch(EPOLL_CTL_ADD, fd, EPOLLIN, clients_.back().get());
        }
    }

    static void drop(client& who) {
        ::close(who.fd);
        who.fd = -1;
    }

    void receive(client& who) {
        std::memcpy(room_.data(), who.unread.data(), who.unread.size());
        const auto begun = who.unread.size();
        const auto got = ::recv(who.fd, room_.data() + begun, room_.size() - begun, 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return drop(who);
        const std::string_view all{room_.data(), begun + static_cast<std::size_t>(got)};
        who.unread = all.substr(take(who, all));
    }

    std::size_t take(client& who, std::string_view in) {
        std::size_t done = 0;
        std::size_t texts_begin = 0;
        const auto take_texts = [&] {
            const auto texts = in.substr(texts_begin, done - texts_begin);
            if (file_ != nullptr) {
                batch_.append(texts);
            } else {
                log_.append(texts);
            }
        };
        for (std::uint32_t size = 0; in.size() - done >= sizeof size;) {
            std::memcpy(&size, in.data() + done, sizeof size);
            if (in.size() - done < sizeof size + size) break;
            if (size == 0) {
                take_texts();
                join(who);
                texts_begin = done + sizeof size;
            } else if (file_ != nullptr && who.unanswered++ == 0) {
                answer_to_.push_back(&who);
            }
            done += sizeof size + size;
        }
        take_texts();
        return done;
    }

    void join(client& who) const {
        who.joined = true;
        who.position = log_.head();
        send_empty(who, 1);
    }

    static void send_empty(const client& who, std::size_t count) {
        const std::string empty(count * sizeof(std::uint32_t), '\0');
        if (who.fd >= 0 && ::send(who.fd, empty.data(), empty.size(), MSG_NOSIGNAL) < 0) return;
    }

    void commit() {
        file_->commit(batch_);
        log_.append(batch_);
        batch_.clear();
        for (client* who : answer_to_) {
            send_empty(*who, who->unanswered);
            who->unanswered = 0;
        }
        answer_to_.clear();
    }

    void send_all() {
        sent_ = log_.head();
        for (const auto& each : clients_) {
            if (each->fd >= 0 && each->joined && !each->blocked) send_to(*each);
        }
    }

    void send_to(client& who) const {
        while (who.position < log_.head()) {
            const auto behind = log_.head() - who.position;
            if (behind > log_bytes) return drop(who);
            const auto size = std::min<std::uint64_t>(behind, send_bytes_max);
            const auto put = ::send(who.fd, log_.at(who.position), size, MSG_NOSIGNAL);
            if (put < 0 && errno != EAGAIN) return drop(who);
            who.position += static_cast<std::uint64_t>(std::max<ssize_t>(put, 0));
            if (put < static_cast<ssize_t>(size)) return block(who, true);
        }
        block(who, false);
    }

    void block(client& who, bool blocked) const {
        if (who.blocked == blocked) return;
        who.blocked = blocked;
        watch(EPOLL_CTL_MOD, who.fd, EPOLLIN | (blocked ? EPOLLOUT : 0U), &who);
    }

    const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    int listener_ = -1;
    std::unique_ptr<durable_file> file_;
    ring log_;
    std::uint64_t sent_ = 0;
    std::vector<std::unique_ptr<client>> clients_;
    std::string batch_;
    std::vector<client*> answer_to_;
    std::vector<char> room_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 4) {
        std::fputs("usage: bench_chat_limit PORT [append|overwrite FILE]\n", stderr);
        return 2;
    }
    rlimit bounds{};
    ::getrlimit(RLIMIT_NOFILE, &bounds);
    bounds.rlim_cur = bounds.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &bounds);
    std::unique_ptr<durable_file> file;
    if (argc == 4) file = std::make_unique<durable_file>(argv[3], std::string_view{argv[2]} == "overwrite");
    server{static_cast<std::uint16_t>(std::atoi(argv[1])), std::move(file)}.run();
}
