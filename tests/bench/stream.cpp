// How fast the stream layer moves a file: source, transform, sink in slices of 256 KiB.
//
//   bench_stream FOLDER [MIB]     // writes and removes two files there; use a tmpfs to leave the disk out
#include "common/runtime/job_threads.hpp"
#include "common/runtime/system_disk.hpp"
#include "common/runtime/worker.hpp"
#include "common/stream/file_sink.hpp"
#include "common/stream/file_source.hpp"
#include "common/stream/hash_transform.hpp"
#include "common/stream/pipe.hpp"
#include "common/stream/seal_transform.hpp"

#include <asio/co_spawn.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace {

namespace stream = common::stream;
namespace runtime = common::runtime;
using common::seam::file;

constexpr const char* source_name = "bench_source";
constexpr const char* target_name = "bench_target";

// Takes everything and keeps nothing: what is measured is the rest.
class no_sink final : public stream::writable {
  public:
    stream::task<std::error_code> write(stream::slice) override { co_return std::error_code{}; }
    stream::task<std::error_code> finish() override { co_return std::error_code{}; }
    void abort(std::error_code) override {}
};

struct bench {
    bench(const std::string& folder, std::size_t bytes) : disk(folder), size_bytes(bytes) {
        source = take(disk.create(source_name, 0600));
        target = take(disk.create(target_name, 0600));
        const std::vector<std::byte> block(stream::limits::mib, std::byte{0x5a});
        for (std::size_t at = 0; at < bytes; at += block.size()) {
            for (const auto& each : {source, target}) {
                if (const auto error = each->write_at(block, at)) throw std::system_error(error);
            }
        }
    }
    ~bench() {
        (void)disk.remove(source_name);
        (void)disk.remove(target_name);
    }
    static std::shared_ptr<file> take(common::seam::result<std::unique_ptr<file>> opened) {
        if (!opened) throw std::system_error(opened.error());
        return std::move(*opened);
    }

    void measure(const char* what, const std::vector<stream::transform*>& transforms,
                 stream::writable& sink) {
        stream::file_source from(loop, blocking, buffers, source, {.length_bytes = size_bytes});
        stream::pipe moving(from, transforms, sink, {.clock = &loop});
        const auto began = loop.mono_now();
        const auto body = [&]() -> stream::task<void> {
            const auto error = co_await moving.run();
            if (error) throw std::system_error(error);
        };
        std::exception_ptr failed;
        asio::co_spawn(loop.io(), body, [&](std::exception_ptr error) {
            failed = error;
            loop.stop();
        });
        loop.run();
        loop.io().restart();
        if (failed) std::rethrow_exception(failed);
        const std::chrono::duration<double> took = loop.mono_now() - began;
        const auto counts = moving.statistics();
        const auto wait_ms = [](auto wait) {
            return std::chrono::duration<double, std::milli>(wait).count();
        };
        std::printf("%-24s %7.0f MB/s   waits: source %5.0f ms, sink %5.0f ms   in flight %zu KiB\n", what,
                    static_cast<double>(size_bytes) / took.count() / 1e6, wait_ms(counts.source_wait),
                    wait_ms(counts.sink_wait), counts.bytes_in_flight_peak / stream::limits::kib);
    }

    runtime::system_disk disk;
    std::size_t size_bytes;
    std::shared_ptr<file> source;
    std::shared_ptr<file> target;
    stream::buffer_pool buffers;
    runtime::worker loop{"bench"};
    runtime::blocking_pool blocking;
};

void run(bench& on) {
    no_sink nowhere;
    on.measure("read", {}, nowhere);
    stream::hash_transform xxh3(stream::hash_algorithm::xxh3_128);
    on.measure("read, xxh3", {&xxh3}, nowhere);
    stream::hash_transform sha(stream::hash_algorithm::sha256);
    on.measure("read, sha256", {&sha}, nowhere);
    const std::array<std::byte, stream::seal_key_bytes> raw{};
    stream::seal_transform seal(on.buffers, stream::seal_key(raw));
    on.measure("read, seal", {&seal}, nowhere);
    stream::hash_transform copied(stream::hash_algorithm::xxh3_128);
    stream::file_sink sink(on.loop, on.blocking, on.target);
    on.measure("read, xxh3, write", {&copied}, sink);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_stream FOLDER [MIB]\n");
        return 2;
    }
    try {
        const auto mib = argc > 2 ? std::stoul(argv[2]) : 1024UL;
        bench on(argv[1], mib * stream::limits::mib);
        for (int round = 0; round < 3; ++round) run(on);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_stream: %s\n", error.what());
        return 1;
    }
}
