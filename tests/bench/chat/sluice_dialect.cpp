#include "common/service/client_proof.hpp"
#include "common/trust/tls_context.hpp"
#include "protocol/chat/messages.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "tests/bench/chat/dialect.hpp"

#include <bit>
#include <chrono>
#include <cstring>
#include <span>
#include <stdexcept>

namespace bench {

namespace {

namespace chat = protocol::chat;
namespace frame = protocol::frame;
namespace trust = common::trust;
using protocol::error_code;
using protocol::session::client_phase;
using protocol::session::link_security;

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The ids of our clients begin with the time as well: those of one author ascend.
void write_number(std::span<std::byte, 8> to, std::uint64_t value) {
    for (std::size_t i = to.size(); i-- > 0; value >>= 8U) to[i] = static_cast<std::byte>(value);
}

struct conversation final : dialect_state {
    conversation(const trust::identity& who, bool tls)
        : proof(who, trust::application::chat, std::nullopt, "bench_chat", "bench"),
          handshake(tls ? link_security::tls : link_security::plaintext, proof.hello_maker(),
                    proof.welcome_checker()) {}

    common::service::client_proof proof;
    protocol::session::client_handshake handshake;
    frame::decoder frames{protocol::limits::data_payload_bytes_max};
    std::uint32_t room = 0;
};

// The length in front of a text or a list.
std::size_t length_at(protocol::wire::bytes_view payload, std::size_t at) {
    static_assert(std::endian::native == std::endian::little);
    std::uint32_t length = 0;
    if (payload.size() < at + sizeof length) throw std::runtime_error{"a record is too short"};
    std::memcpy(&length, payload.data() + at, sizeof length);
    return length;
}

// The text of a record without decoding and checking the rest: the generator is not to be slower than the
// server.
std::string_view text_of_record(protocol::wire::bytes_view payload) {
    constexpr std::size_t nick_at = sizeof(chat::record::room) + sizeof(chat::record::seq) +
                                    sizeof(chat::record::n) + sizeof(chat::record::kind) +
                                    sizeof(chat::record::id) + sizeof(chat::record::author) +
                                    sizeof(chat::record::sent_at_ms) + sizeof(chat::record::stored_at_ms);
    const std::size_t text_at = nick_at + sizeof(std::uint32_t) + length_at(payload, nick_at);
    const std::size_t bytes = length_at(payload, text_at);
    const std::size_t begin = text_at + sizeof(std::uint32_t);
    if (payload.size() < begin + bytes) throw std::runtime_error{"a record is too short"};
    return {reinterpret_cast<const char*>(payload.data()) + begin, bytes};
}

class sluice final : public dialect {
  public:
    explicit sluice(const room_options& room) : room_(room) {}

    std::string opening(link& on) override {
        auto made = std::make_unique<conversation>(who_, on.tls() != nullptr);
        std::string first;
        if (on.tls() != nullptr) {
            const auto channel = trust::tls_channel(on.tls());
            if (!channel) throw std::runtime_error{"TLS: " + channel.error().message()};
            made->proof.bind(*channel, on.server());
            first = text_of(made->handshake.start());
        }
        on.state = std::move(made);
        return first;
    }

    void post(link& on, std::uint64_t number, std::string_view text, std::string& out) override {
        chat::post post{.room = of(on).room, .text = text};
        write_number(std::span{post.id}.first<8>(), began_ns_);
        write_number(std::span{post.id}.last<8>(), number);
        encoded_.clear();
        frame::append(encoded_, post, 1);
        out.append(reinterpret_cast<const char*>(encoded_.data()), encoded_.size());
    }

    std::size_t read(link& on, std::string_view in, listener& told) override {
        const auto bytes = std::as_bytes(std::span{in});
        std::size_t done = 0;
        for (;;) {
            const auto step = of(on).frames.next(protocol::wire::bytes_view{bytes.subspan(done)});
            if (step.state == frame::decoder::state::failed) throw std::runtime_error{"not a frame"};
            if (step.state == frame::decoder::state::more) return done;
            done += step.frame_bytes;
            if (step.frame.header.type == chat::record::type) {
                told.on_message(on, text_of_record(step.frame.payload));
            } else if (step.frame.header.type == chat::posted::type) {
                told.on_answer(on);
            } else {
                enter(on, step.frame);
            }
        }
    }

  private:
    static conversation& of(link& on) { return static_cast<conversation&>(*on.state); }

    // Everything from the greeting to the place in the room.
    void enter(link& on, const frame::view& came) {
        conversation& here = of(on);
        if (here.handshake.phase() != client_phase::up) {
            on.send(text_of(here.handshake.on_frame(came)));
            if (here.handshake.phase() == client_phase::failed)
                throw std::runtime_error{"refused: " + here.handshake.error().reason};
            if (here.handshake.phase() == client_phase::up) join(on);
        } else if (came.header.type == chat::joined::type) {
            chat::joined joined;
            if (decode(came.payload, joined) != error_code::none) throw std::runtime_error{"joined"};
            here.room = joined.room;
            on.is_ready = room_.from_start;
        } else if (came.header.type == chat::caught_up::type) {
            on.is_ready = true;
        } else if (came.header.type == protocol::session::failure::type ||
                   came.header.type == protocol::session::refusal::type) {
            throw std::runtime_error{"the server refused a request"};
        }
    }

    void join(link& on) const {
        const std::string name = room_.own_rooms ? room_.name + std::to_string(on.number) : room_.name;
        chat::join_room wanted{.room = name, .start = chat::start_at::last_n};
        if (room_.from_start) wanted.start = chat::start_at::after_seq;
        on.send(text_of(frame::encode(wanted, 1)));
    }

    const room_options room_;
    const trust::identity who_{trust::ed25519_key::generate(), ""};
    const std::uint64_t began_ns_ =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    std::vector<std::byte> encoded_;
};

}  // namespace

std::unique_ptr<dialect> make_sluice(const room_options& room) {
    return std::make_unique<sluice>(room);
}

}  // namespace bench
