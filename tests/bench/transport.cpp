// Measures the framed transport alone: bulk frames over one connection.
//
//   bench_transport bulk plain|tls [MIB]      one sender, one receiver, frames of 256 KiB; a thread each
//
// Pin with taskset, repeat, report the median: loopback figures depend on where the two threads run.
#include "common/runtime/system_random.hpp"
#include "common/transport/connector.hpp"
#include "common/transport/framed_connection.hpp"
#include "common/transport/listener.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

using namespace common::transport;
namespace runtime = common::runtime;
namespace seam = common::seam;
namespace stream = common::stream;
namespace trust = common::trust;

namespace {

constexpr std::size_t frame_payload_bytes = 256 * 1024;

double thread_cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct quiet : connection_events {
    void on_frame(const incoming_frame&) override {}
    bool fill(outbox&) override { return false; }
    void on_closed(close_reason why, std::error_code error) override {
        if (why != close_reason::local && why != close_reason::peer_finished) {
            std::fprintf(stderr, "closed: %s %s\n", std::string(name_of(why)).c_str(),
                         error.message().c_str());
        }
        if (ended) ended();
    }
    std::function<void()> ended;
    std::shared_ptr<framed_connection> link;
};

struct receiver final : quiet {
    void on_frame(const incoming_frame& in) override {
        if (bytes == 0) cpu_begin = thread_cpu_seconds();
        bytes += in.payload.size();
        if (bytes < goal) return;
        cpu = thread_cpu_seconds() - cpu_begin;
        link->close();
    }
    std::size_t bytes = 0;
    std::size_t goal = 0;
    double cpu_begin = 0;
    double cpu = 0;
};

struct sender final : quiet {
    bool fill(outbox& to) override {
        protocol::frame::header head;
        head.payload_bytes = frame_payload_bytes;
        head.type = 0x7000;
        const auto room = to.extend(protocol::limits::frame_header_bytes);
        protocol::frame::encode_header(room.first<protocol::limits::frame_header_bytes>(), head);
        to.append(payload);
        left -= frame_payload_bytes;
        return left > 0;
    }
    void on_closed(close_reason why, std::error_code error) override {
        cpu = thread_cpu_seconds() - cpu_begin;
        quiet::on_closed(why, error);
    }
    double cpu_begin = 0;
    double cpu = 0;
    stream::slice payload = stream::slice::copy_of(std::string(frame_payload_bytes, 'x'));
    std::size_t left = 0;
};

int bulk(bool with_tls, std::size_t mib) {
    runtime::system_random random;
    stream::buffer_pool pool;
    runtime::worker_group servers(1, "server");
    runtime::worker client("client");
    connection_gate gate({}, random);
    const auto key = trust::make_server_key(trust::ed25519_key::generate());
    const auto server_tls = trust::tls_context::server(key, trust::application::upload, {});
    listener_options listening;
    listening.addresses = {{"127.0.0.1", 0}};
    if (with_tls) listening.tls = &server_tls;
    receiver in;
    in.goal = mib << 20;
    std::promise<void> over;
    std::promise<void> sender_over;
    listener doors(servers.at(0), servers, gate, listening, [&](accepted_connection got) {
        in.link = framed_connection::create(got.home, got.wire, pool, {});
        in.link->set_established(protocol::limits::data_payload_bytes_max);
        in.ended = [&] { over.set_value(); };
        in.link->start(in);
    });
    doors.open();
    servers.start();
    client.start();
    sender out;
    out.left = in.goal;
    connect_options connecting;
    if (with_tls)
        connecting.tls =
            std::make_shared<trust::tls_context>(trust::tls_context::client(trust::application::upload, {}));
    std::chrono::steady_clock::time_point begin;
    client.post([&] {
        connector::start(client, {"127.0.0.1", doors.addresses().front().port()}, connecting,
                         [&](connect_result got) {
                             if (got.error) {
                                 std::fprintf(stderr, "connect: %s\n", got.error.message().c_str());
                                 std::exit(1);
                             }
                             begin = std::chrono::steady_clock::now();
                             connection_limits bounds;
                             bounds.outbox_low_water_bytes = frame_payload_bytes;
                             out.link = framed_connection::create(client, got.wire, pool, bounds);
                             out.cpu_begin = thread_cpu_seconds();
                             out.ended = [&] { sender_over.set_value(); };
                             out.link->start(out);
                             out.link->want_fill();
                         });
    });
    over.get_future().wait();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    sender_over.get_future().wait();
    const auto per_kib = [&](double cpu) { return cpu * 1e9 / (static_cast<double>(mib) * 1024); };
    std::printf("%s %zu MiB %.3f s %.0f MB/s sender %.0f receiver %.0f ns/KiB\n", with_tls ? "tls" : "plain",
                mib, seconds, static_cast<double>(in.goal) / 1e6 / seconds, per_kib(out.cpu),
                per_kib(in.cpu));
    servers.stop_and_join();
    client.stop();
    client.join();
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    if (count >= 3 && std::strcmp(arguments[1], "bulk") == 0) {
        return bulk(std::strcmp(arguments[2], "tls") == 0,
                    count > 3 ? std::strtoul(arguments[3], nullptr, 10) : 2048);
    }
    std::fprintf(stderr, "usage: %s bulk plain|tls [MIB]\n", arguments[0]);
    return 2;
}
