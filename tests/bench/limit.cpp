// What this machine can do at most: one file or one tree over loopback, by the shortest program we can write.
//
//   limit file SOURCE TARGET [--tls]             sendfile → recv + write (TLS: SSL_write → SSL_read + write)
//   limit tree SOURCE TARGET [--tls] [--rename]  pack → create, write (, rename)
//
// Both ends are children of this process, so that the CPU time and memory of each can be told. Prints one
// line of JSON: seconds, and for sender and receiver CPU seconds and the peak of the resident memory in KiB.
#include "tests/bench/channel.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace bench {
namespace {

namespace fs = std::filesystem;

struct options {
    std::string_view kind;
    fs::path source, target;
    bool tls = false, rename = false;
};

// In the sender's byte order: both ends are this program.
struct entry {
    std::uint32_t path_bytes = 0;  // 0: the end
    std::uint32_t is_folder = 0;
    std::uint64_t size = 0;
};

template <class T>
std::span<std::byte> bytes_of(T& value) {
    return std::as_writable_bytes(std::span{&value, 1});
}

class descriptor {
  public:
    descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
        if (fd_ < 0) die(path.c_str());
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() { ::close(fd_); }
    int get() const { return fd_; }
    std::uint64_t size() const {
        struct stat info {};
        if (::fstat(fd_, &info) != 0) die("fstat");
        return static_cast<std::uint64_t>(info.st_size);
    }

  private:
    int fd_;
};

void write_all(int fd, std::span<const std::byte> data) {
    while (!data.empty()) {
        const ssize_t written = ::write(fd, data.data(), data.size());
        if (written <= 0) die("write");
        data = data.subspan(static_cast<std::size_t>(written));
    }
}

void send_file(channel& link, const options& wanted) {
    const descriptor source(wanted.source, O_RDONLY);
    std::uint64_t left = source.size();
    link.send_all(bytes_of(left));
    if (!link.encrypted()) {
        while (left > 0) {
            const ssize_t sent =
                ::sendfile(link.socket(), source.get(), nullptr, std::min<std::size_t>(left, 1 << 20));
            if (sent <= 0) die("sendfile");
            left -= static_cast<std::uint64_t>(sent);
        }
        return;
    }
    std::vector<std::byte> buffer(buffer_bytes);
    while (left > 0) {
        const ssize_t got = ::read(source.get(), buffer.data(), buffer.size());
        if (got <= 0) die("read");
        link.send_all(std::span{buffer}.first(static_cast<std::size_t>(got)));
        left -= static_cast<std::uint64_t>(got);
    }
}

void receive_file(channel& link, const options& wanted) {
    std::uint64_t left = 0;
    link.receive_all(bytes_of(left));
    const descriptor target(wanted.target, O_WRONLY | O_CREAT | O_TRUNC);
    std::vector<std::byte> buffer(buffer_bytes);
    while (left > 0) {
        const std::size_t got =
            link.receive_some(std::span{buffer}.first(std::min<std::size_t>(left, buffer.size())));
        write_all(target.get(), std::span{buffer}.first(got));
        left -= got;
    }
}

// Packs everything into big writes: no small file costs a system call of the network.
class packer {
  public:
    explicit packer(channel& link) : link_(link) { buffer_.reserve(2 * buffer_bytes); }
    void add(std::span<const std::byte> data) {
        buffer_.insert(buffer_.end(), data.begin(), data.end());
        if (buffer_.size() >= buffer_bytes) flush();
    }
    void add_file(int fd, std::uint64_t size) {
        while (size > 0) {
            const std::size_t begin = buffer_.size();
            const std::size_t wanted = std::min<std::size_t>(size, buffer_bytes);
            buffer_.resize(begin + wanted);
            const ssize_t got = ::read(fd, buffer_.data() + begin, wanted);
            if (got <= 0) die("read");
            buffer_.resize(begin + static_cast<std::size_t>(got));
            size -= static_cast<std::uint64_t>(got);
            if (buffer_.size() >= buffer_bytes) flush();
        }
    }
    void flush() {
        link_.send_all(buffer_);
        buffer_.clear();
    }

  private:
    channel& link_;
    std::vector<std::byte> buffer_;
};

void send_tree(channel& link, const options& wanted) {
    packer out(link);
    for (const auto& found : fs::recursive_directory_iterator(wanted.source)) {
        const std::string path = found.path().lexically_relative(wanted.source).string();
        entry head{static_cast<std::uint32_t>(path.size()), found.is_directory() ? 1U : 0U, 0};
        if (head.is_folder != 0) {
            out.add(bytes_of(head));
            out.add(std::as_bytes(std::span{path}));
            continue;
        }
        const descriptor source(found.path(), O_RDONLY);
        head.size = source.size();
        out.add(bytes_of(head));
        out.add(std::as_bytes(std::span{path}));
        out.add_file(source.get(), head.size);
    }
    entry end;
    out.add(bytes_of(end));
    out.flush();
}

class unpacker {
  public:
    explicit unpacker(channel& link) : link_(link), buffer_(buffer_bytes) {}
    // Some of the next `limit` bytes, without copying.
    std::span<const std::byte> next(std::size_t limit) {
        if (begin_ == end_) {
            begin_ = 0;
            end_ = link_.receive_some(buffer_);
        }
        const std::size_t count = std::min(limit, end_ - begin_);
        begin_ += count;
        return std::span{buffer_}.subspan(begin_ - count, count);
    }
    void read(std::span<std::byte> out) {
        while (!out.empty()) {
            const auto piece = next(out.size());
            std::ranges::copy(piece, out.begin());
            out = out.subspan(piece.size());
        }
    }

  private:
    channel& link_;
    std::vector<std::byte> buffer_;
    std::size_t begin_ = 0, end_ = 0;
};

void receive_tree(channel& link, const options& wanted) {
    unpacker in(link);
    fs::create_directories(wanted.target);
    std::string path;
    for (;;) {
        entry head;
        in.read(bytes_of(head));
        if (head.path_bytes == 0) return;
        path.resize(head.path_bytes);
        in.read(std::as_writable_bytes(std::span{path}));
        const fs::path final_name = wanted.target / path;
        if (head.is_folder != 0) {
            fs::create_directory(final_name);
            continue;
        }
        const fs::path name = wanted.rename ? fs::path(final_name.string() + ".part") : final_name;
        {
            const descriptor target(name, O_WRONLY | O_CREAT | O_TRUNC);
            while (head.size > 0) {
                const auto piece = in.next(std::min<std::size_t>(head.size, buffer_bytes));
                write_all(target.get(), piece);
                head.size -= piece.size();
            }
        }
        if (wanted.rename && ::rename(name.c_str(), final_name.c_str()) != 0) die("rename");
    }
}

int listen_on_loopback(sockaddr_in& address) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    tune(listener);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener, 1) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        die("listen");
    }
    return listener;
}

void run_receiver(int listener, const options& wanted) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) die("accept");
    tune(socket);
    channel link(socket, channel::role::server, wanted.tls);
    wanted.kind == "tree" ? receive_tree(link, wanted) : receive_file(link, wanted);
    std::byte done{1};
    link.send_all(bytes_of(done));
    link.flush();
}

void run_sender(const sockaddr_in& address, const options& wanted) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    tune(socket);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) die("connect");
    channel link(socket, channel::role::client, wanted.tls);
    wanted.kind == "tree" ? send_tree(link, wanted) : send_file(link, wanted);
    link.flush();
    std::byte done{};
    link.receive_all(bytes_of(done));
}

pid_t in_child(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child < 0) die("fork");
    if (child == 0) {
        work();
        ::_exit(0);
    }
    return child;
}

rusage wait_for(pid_t child) {
    int status = 0;
    rusage used{};
    if (::wait4(child, &status, 0, &used) != child || status != 0) die("a child failed");
    return used;
}

double cpu_seconds(const rusage& used) {
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

void run(const options& wanted) {
    sockaddr_in address{};
    const int listener = listen_on_loopback(address);
    const auto begin = std::chrono::steady_clock::now();
    const pid_t receiver = in_child([&] { run_receiver(listener, wanted); });
    const pid_t sender = in_child([&] { run_sender(address, wanted); });
    const rusage sent = wait_for(sender), received = wait_for(receiver);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf(
        "{\"seconds\": %.6f, \"sender_cpu\": %.6f, \"receiver_cpu\": %.6f, \"sender_rss_kib\": %ld, "
        "\"receiver_rss_kib\": %ld}\n",
        took.count(), cpu_seconds(sent), cpu_seconds(received), sent.ru_maxrss, received.ru_maxrss);
}

}  // namespace
}  // namespace bench

int main(int count, char** values) {
    const std::vector<std::string_view> arguments(values + 1, values + count);
    if (arguments.size() < 3 || (arguments[0] != "file" && arguments[0] != "tree")) {
        std::fprintf(stderr, "usage: limit file|tree SOURCE TARGET [--tls] [--rename]\n");
        return 2;
    }
    bench::options wanted{arguments[0], arguments[1], arguments[2]};
    wanted.tls = std::ranges::find(arguments, "--tls") != arguments.end();
    wanted.rename = std::ranges::find(arguments, "--rename") != arguments.end();
    bench::run(wanted);
}
